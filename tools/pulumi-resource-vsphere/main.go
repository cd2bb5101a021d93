// Command pulumi-resource-vsphere bridges the real Terraform provider for vSphere to Pulumi.
//
// It stands in for the official plugin where that cannot be downloaded: the same resource names and the same provider
// code, of release 2.1.1, so resources and properties that are newer than that release do not exist here.
package main

import (
	"os"
	"runtime/debug"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
)

// version is what the PyPI SDK pulumi-vsphere asks for: stamped at link time with the one in requirements.lock.
var version = "0.0.0"

// collectAt is the growth of the heap, in percent, at which garbage is collected (Go's own default: 100). The plugin
// lives for one run and keeps little, so rarer collections cost some tens of MiB and save a seventh of its CPU.
const collectAt = 400

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	tfbridge.Main("vsphere", version, provider(), schema())
}
