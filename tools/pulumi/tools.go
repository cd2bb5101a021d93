//go:build tools

// Package tools pins the Pulumi CLI: the module needs an importer so that its version is recorded here.
package tools

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
