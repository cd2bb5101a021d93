package main

import (
	"bytes"
	"strings"
)

// withoutTypePrefix takes the prefix off the types that a tag category may be used on. Clients send urn:vim25:Folder,
// vCenter answers with Folder; the simulator answers with what it was sent.
func withoutTypePrefix(path string, body []byte) []byte {
	if !strings.Contains(path, "/tagging/category") {
		return body
	}
	return bytes.ReplaceAll(body, []byte(`"urn:vim25:`), []byte(`"`))
}

// withEmptyLists says `[]` for a REST list without entries, as vCenter does; the simulator says `null`.
func (a *answer) withEmptyLists() {
	switch string(bytes.TrimSpace(a.body.Bytes())) {
	case `{"value":null}`:
		a.body = *bytes.NewBufferString(`{"value":[]}`)
	case `null`:
		a.body = *bytes.NewBufferString(`[]`)
	}
}
