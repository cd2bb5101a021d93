"""All benchmarks: model, evaluator of sign-ins, and the landing beside Terraform (needs a running lab: ggvv lab up)."""

from benchmarks.identity import what_if
from benchmarks.landing import run as landing
from benchmarks.model import scaling

scaling.main()
what_if.main()
landing.main()
