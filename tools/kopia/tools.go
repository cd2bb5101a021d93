//go:build tools

// Package tools pins kopia: the module needs an importer so that its version is recorded here.
package tools

import _ "github.com/kopia/kopia"
