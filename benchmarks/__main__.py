"""All benchmarks: model, what-if, flow policy, hosts, and, in a running lab, landing beside Terraform and backups."""

from benchmarks.backup import copies
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
copies.main()
