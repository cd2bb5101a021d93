// Command terraform-provider-vsphere is the Terraform provider that the Pulumi bridge wraps, for Terraform itself: the
// benchmark compares both on the same provider code.
package main

import (
	"github.com/hashicorp/terraform-plugin-sdk/v2/plugin"
	"github.com/hashicorp/terraform-provider-vsphere/vsphere"
)

func main() {
	plugin.Serve(&plugin.ServeOpts{ProviderFunc: vsphere.Provider})
}
