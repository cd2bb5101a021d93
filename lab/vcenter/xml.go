package main

import (
	"bytes"
	"encoding/xml"
)

// escape writes text as XML character data.
func escape(to *bytes.Buffer, text string) { _ = xml.EscapeText(to, []byte(text)) }
