package main

import (
	"net/url"
	"testing"

	vapicluster "github.com/vmware/govmomi/vapi/cluster"
	"github.com/vmware/govmomi/vapi/esx/settings/clusters"
	"github.com/vmware/govmomi/vapi/namespace"
	"github.com/vmware/govmomi/vapi/rest"
)

func (r *running) restLogin() *rest.Client {
	r.t.Helper()
	client := rest.NewClient(r.connect())
	r.must(client.Login(background, url.UserPassword(testAccount.Username, testAccount.Password)))
	return client
}

func TestRestServicesAnswer(t *testing.T) {
	r := start(t)
	client := r.restLogin()
	made, _ := r.newCluster(r.login(), "modules", "esx.example")
	modules := vapicluster.NewManager(client)
	id, err := modules.CreateModule(background, made)
	r.must(err)
	if known, err := modules.ListModules(background); err != nil || len(known) != 1 || known[0].Module != id {
		t.Errorf("the cluster's modules are %v (%v), %s was made", known, err, id)
	}
	if images, err := clusters.NewManager(client).GetSoftwareManagement(made.Reference().Value); err != nil || images.Enabled {
		t.Errorf("a new cluster's image management is %+v (%v)", images, err)
	}
	if _, err := namespace.NewManager(client).ListVmClasses(background); err != nil {
		t.Errorf("the classes of machines can't be listed: %v", err)
	}
}
