"""All benchmarks: model, evaluator of sign-ins, booting hosts, landing beside Terraform (needs a running lab)."""

from benchmarks.hosts import boot
from benchmarks.identity import what_if
from benchmarks.landing import run as landing
from benchmarks.model import scaling

scaling.main()
what_if.main()
boot.main()
landing.main()
