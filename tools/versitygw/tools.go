//go:build tools

// Package tools pins versitygw: the module needs an importer so that its version is recorded here.
package tools

import _ "github.com/versity/versitygw/cmd/versitygw"
