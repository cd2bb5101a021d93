// Command terraform-provider-vsphere serves the same provider code as our bridge to Terraform, for the comparison.
package main

import (
	"github.com/hashicorp/terraform-plugin-sdk/v2/plugin"
	"github.com/hashicorp/terraform-provider-vsphere/vsphere"
)

func main() {
	plugin.Serve(&plugin.ServeOpts{ProviderFunc: vsphere.Provider})
}
