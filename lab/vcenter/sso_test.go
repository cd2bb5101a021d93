package main

import (
	"net/http"
	"testing"

	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/types"
)

func TestNobodyEntersWithoutThePassword(t *testing.T) {
	r := start(t)
	client := r.connect()
	manager := *client.ServiceContent.SessionManager
	if _, err := methods.LoginByToken(background, client, &types.LoginByToken{This: manager}); err == nil {
		t.Error("a token was taken for a login, which nothing here can check")
	}
	if _, err := methods.LoginExtensionByCertificate(background, client, &types.LoginExtensionByCertificate{This: manager, ExtensionKey: "x"}); err == nil {
		t.Error("a certificate was taken for a login, which nothing here can check")
	}
	request, err := http.NewRequest(http.MethodPost, r.url, nil)
	r.must(err)
	request.Header.Set("Authorization", `SIGN token="x"`)
	answer, err := client.Client.Client.Do(request)
	r.must(err)
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusUnauthorized {
		t.Errorf("a signed token was answered with %s", answer.Status)
	}
}
