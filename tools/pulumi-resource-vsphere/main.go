// Command pulumi-resource-vsphere bridges the real Terraform provider for vSphere to Pulumi.
//
// It stands in for the official plugin where that cannot be downloaded: the same resource names and the same provider
// code, of release 2.1.1, so resources and properties that are newer than that release do not exist here.
package main

import (
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
)

// version is what the PyPI SDK pulumi-vsphere asks for: stamped at link time with the one in requirements.lock.
var version = "0.0.0"

func main() {
	tfbridge.Main("vsphere", version, provider(), schema())
}
