"""All benchmarks: model, what-if, flow policy, hosts, landing beside Terraform (needs a running lab)."""

from benchmarks.hosts import boot, configure
from benchmarks.identity import what_if
from benchmarks.landing import run as landing
from benchmarks.model import scaling
from benchmarks.network import flows

scaling.main()
what_if.main()
flows.main()
boot.main()
configure.main()
landing.main()
