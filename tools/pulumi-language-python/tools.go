//go:build tools

// Package tools pins the Python language host: the module needs an importer so that its version is recorded here.
package tools

import _ "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python"
