package main

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"net/http"
	"regexp"
	"runtime/debug"
)

// answer is a response kept until the inventory is free again.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
	broken bool // by a panic
}

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(p)
}

func (a *answer) send(w http.ResponseWriter) {
	for key, values := range a.header {
		w.Header()[key] = values
	}
	if a.status != 0 {
		w.WriteHeader(a.status)
	}
	_, _ = w.Write(a.body.Bytes())
}

var updateSet = regexp.MustCompile(`(?s)<returnval>.*</returnval>`)

// withoutUpdates is what vCenter says when the time is over: no update set at all.
func (a *answer) withoutUpdates() *answer {
	body := updateSet.ReplaceAll(a.body.Bytes(), nil)
	a.body = *bytes.NewBuffer(body)
	return a
}

// serve runs one request; whatever breaks in it becomes a SOAP fault of this request alone.
func serve(body []byte, r *http.Request, next http.Handler) (result *answer) {
	defer func() {
		if broken := recover(); broken != nil {
			log.Printf("%s %s: %v\n%s", r.Method, r.URL.Path, broken, debug.Stack())
			result = faultAnswer(fmt.Sprint(broken))
			result.broken = true
		}
	}()
	result = &answer{header: make(http.Header)}
	again := r.Clone(r.Context())
	again.Body = io.NopCloser(bytes.NewReader(body))
	next.ServeHTTP(result, again)
	return result
}

func faultAnswer(text string) *answer {
	a := &answer{header: make(http.Header), status: http.StatusInternalServerError}
	a.header.Set("Content-Type", "text/xml; charset=utf-8")
	var escaped bytes.Buffer
	escape(&escaped, text)
	fmt.Fprintf(&a.body, `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`+
		`<soapenv:Body><soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>%[1]s</faultstring><detail>`+
		`<SystemErrorFault xmlns="urn:vim25" xsi:type="SystemError"><reason>%[1]s</reason></SystemErrorFault>`+
		`</detail></soapenv:Fault></soapenv:Body></soapenv:Envelope>`, escaped.String())
	return a
}
