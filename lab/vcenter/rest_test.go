package main

import (
	"context"
	"net/url"
	"testing"
	"time"

	vapicluster "github.com/vmware/govmomi/vapi/cluster"
	"github.com/vmware/govmomi/vapi/esx/settings/clusters"
	"github.com/vmware/govmomi/vapi/namespace"
	"github.com/vmware/govmomi/vapi/rest"
	"github.com/vmware/govmomi/vim25/mo"
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

// Some of the simulator's REST services call the vCenter themselves while they answer: they must not wait for themselves.
func TestRestServicesThatCallBackAnswer(t *testing.T) {
	r := start(t)
	soap := r.login()
	made, err := r.finder(soap).ClusterComputeResource(background, "gislaved-prod")
	r.must(err)
	supervisor, _ := r.newCluster(soap, "WCP-lab") // the simulator takes this prefix for one that runs Kubernetes
	client := r.restLogin()
	ctx, cancel := context.WithTimeout(background, time.Minute)
	defer cancel()
	if found, err := namespace.NewManager(client).ListClusters(ctx); err != nil || len(found) != 1 || found[0].ID != supervisor.Reference().Value {
		t.Fatalf("the clusters with Kubernetes are %+v (%v)", found, err)
	}
	modules := vapicluster.NewManager(client)
	id, err := modules.CreateModule(ctx, made)
	r.must(err)
	machine, err := r.finder(soap).VirtualMachine(background, "old-web-01")
	r.must(err)
	if added, err := modules.AddModuleMembers(ctx, id, machine.Reference()); err != nil || !added {
		t.Errorf("a machine was added to a module: %v (%v)", added, err)
	}
	if members, err := modules.ListModuleMembers(ctx, id); err != nil || len(members) != 1 {
		t.Errorf("the module's machines are %v (%v)", members, err)
	}
	_ = read[mo.ClusterComputeResource](r, soap, made, "name") // and everybody else is answered
}
