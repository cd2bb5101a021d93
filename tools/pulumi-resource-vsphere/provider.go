package main

import (
	"encoding/json"

	"github.com/hashicorp/terraform-provider-vsphere/vsphere"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	shimv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
)

const (
	pkg    = "vsphere"
	prefix = pkg + "_"
	module = "index"

	// maxNameLength and nameSeparator make names given by the engine look like those of the official plugin.
	maxNameLength = 255
	nameSeparator = "-"
)

// provider maps the Terraform provider's resources to the type tokens that the PyPI SDK pulumi-vsphere uses.
func provider() tfbridge.ProviderInfo {
	info := tfbridge.ProviderInfo{
		P:       shimv2.NewProvider(vsphere.Provider()),
		Name:    pkg,
		Version: version,
		DataSources: map[string]*tfbridge.DataSourceInfo{
			// The official plugin calls this one `getPolicy`, not by its Terraform name.
			"vsphere_storage_policy": {Tok: tfbridge.MakeDataSource(pkg, module, "getPolicy")},
		},
	}
	info.MustComputeTokens(tokens.SingleModule(prefix, module, tokens.MakeStandard(pkg)))
	info.SetAutonaming(maxNameLength, nameSeparator)
	return info
}

// schema is the least a plugin must say about itself; the typed SDK carries the rest.
func schema() []byte {
	bytes, err := json.Marshal(map[string]string{"name": pkg, "version": version})
	if err != nil {
		panic(err) // two constant strings always marshal
	}
	return bytes
}
