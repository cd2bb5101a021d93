"""All benchmarks: the model's scaling, then the landing beside Terraform (needs a running lab: ggvv lab up)."""

from benchmarks.landing import run as landing
from benchmarks.model import scaling

scaling.main()
landing.main()
