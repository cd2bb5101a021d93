module ggvv/lab/vcenter

go 1.26.0

require github.com/vmware/govmomi v0.55.0

require (
	github.com/google/uuid v1.6.0
	gopkg.in/yaml.v3 v3.0.1
)

require golang.org/x/text v0.38.0 // indirect
