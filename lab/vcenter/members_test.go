package main

import (
	"slices"
	"testing"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/license"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// newCluster makes a cluster with hosts of these names in the datacenter that exists.
func (r *running) newCluster(client *govmomi.Client, name string, hosts ...string) (*object.ClusterComputeResource, []*object.HostSystem) {
	r.t.Helper()
	folders, err := mustDatacenter(r, r.finder(client)).Folders(background)
	r.must(err)
	cluster, err := folders.HostFolder.CreateCluster(background, name, types.ClusterConfigSpecEx{})
	r.must(err)
	var made []*object.HostSystem
	for _, host := range hosts {
		spec := types.HostConnectSpec{HostName: host, UserName: "root"}
		made = append(made, object.NewHostSystem(client.Client, r.done(cluster.AddHost(background, spec, true, nil, nil)).(types.ManagedObjectReference)))
	}
	return cluster, made
}

// standAlone adds a host to the datacenter that exists, in no cluster, as clients do that form the cluster later.
func (r *running) standAlone(client *govmomi.Client, name string) *object.HostSystem {
	r.t.Helper()
	folders, err := mustDatacenter(r, r.finder(client)).Folders(background)
	r.must(err)
	spec := types.HostConnectSpec{HostName: name, UserName: "root"}
	ref := r.done(folders.HostFolder.AddStandaloneHost(background, spec, true, nil, nil)).(types.ManagedObjectReference)
	hosts, err := object.NewComputeResource(client.Client, ref).Hosts(background)
	r.must(err)
	return hosts[0]
}

// browsed are the hosts that the environment browser of a compute resource knows.
func (r *running) browsed(client *govmomi.Client, of mo.Reference) []types.ManagedObjectReference {
	r.t.Helper()
	browser := read[mo.ComputeResource](r, client, of, "environmentBrowser").EnvironmentBrowser
	if browser == nil {
		r.t.Fatalf("%s has no environment browser: no machine can be made there", of.Reference())
	}
	res, err := methods.QueryConfigOptionDescriptor(background, client, &types.QueryConfigOptionDescriptor{This: *browser})
	r.must(err)
	for _, each := range res.Returnval {
		if each.DefaultConfigOption {
			return each.Host
		}
	}
	r.t.Fatalf("%s knows no hardware version", of.Reference())
	return nil
}

func TestStandaloneHostJoinsAndLeavesACluster(t *testing.T) {
	r := start(t)
	client := r.login()
	cluster, _ := r.newCluster(client, "new")
	host := r.standAlone(client, "esx.example")
	alone := *read[mo.HostSystem](r, client, host, "parent").Parent
	if got := r.browsed(client, alone); !slices.Equal(got, []types.ManagedObjectReference{host.Reference()}) {
		t.Errorf("the host alone is browsed as %v", got)
	}

	r.done(cluster.MoveInto(background, host))
	if read[mo.HostSystem](r, client, host, "parent").Parent.Value != cluster.Reference().Value {
		t.Error("the host does not lie in the cluster it was moved into")
	}
	if got := r.browsed(client, cluster); !slices.Contains(got, host.Reference()) {
		t.Errorf("the cluster is browsed as %v, without its new host", got)
	}
	if client.RetrieveOne(background, alone, []string{"name"}, new(mo.ComputeResource)) == nil {
		t.Error("what the host lay in alone is still there")
	}

	folders, err := mustDatacenter(r, r.finder(client)).Folders(background)
	r.must(err)
	out := func() (*object.Task, error) {
		return folders.HostFolder.MoveInto(background, []types.ManagedObjectReference{host.Reference()})
	}
	task, err := out()
	r.must(err)
	if task.Wait(background) == nil {
		t.Error("a host that is not in maintenance was moved out of its cluster")
	}
	r.done(host.EnterMaintenanceMode(background, 0, true, nil))
	r.done(out())
	r.done(host.ExitMaintenanceMode(background, 0))
	alone = *read[mo.HostSystem](r, client, host, "parent").Parent
	if got := r.browsed(client, alone); alone.Type != "ComputeResource" || len(got) != 1 {
		t.Errorf("out of the cluster the host lies in %s, browsed as %v", alone, got)
	}
	if left := read[mo.ClusterComputeResource](r, client, cluster, "host", "summary"); len(left.Host) != 0 || left.Summary.GetComputeResourceSummary().NumHosts != 0 {
		t.Errorf("the cluster still has %v", left.Host)
	}
	r.done(object.NewComputeResource(client.Client, alone).Reconfigure(background, &types.ComputeResourceConfigSpec{VmSwapPlacement: "hostLocal"}, true))
	if config := read[mo.ComputeResource](r, client, alone, "configurationEx").ConfigurationEx; config.GetComputeResourceConfigInfo().VmSwapPlacement != "hostLocal" {
		t.Errorf("the host's own settings are %+v", config)
	}
	r.done(object.NewComputeResource(client.Client, alone).Destroy(background))
	if client.RetrieveOne(background, host.Reference(), []string{"name"}, new(mo.HostSystem)) == nil {
		t.Error("the host is still there after what it lay in was destroyed")
	}
}

func TestHostMovesBetweenClustersWithItsMachines(t *testing.T) {
	r := start(t)
	client := r.login()
	finder := r.finder(client)
	_, hosts := r.newCluster(client, "from", "esx-a.example", "esx-b.example")
	into, _ := r.newCluster(client, "into")
	moveOne := func(host *object.HostSystem) (*object.Task, error) {
		res, err := methods.MoveHostInto_Task(background, client, &types.MoveHostInto_Task{This: into.Reference(), Host: host.Reference()})
		r.must(err)
		return object.NewTask(client.Client, res.Returnval), nil
	}
	task, _ := moveOne(hosts[0])
	if task.Wait(background) == nil {
		t.Error("a host that is not in maintenance was moved out of its cluster")
	}
	system, err := hosts[0].ConfigManager().DatastoreSystem(background)
	r.must(err)
	_, err = system.CreateNasDatastore(background, types.HostNasVolumeSpec{RemoteHost: "nas", RemotePath: "/a", LocalPath: "nas-a", AccessMode: "readWrite"})
	r.must(err)
	pool, err := finder.ResourcePool(background, "from/Resources")
	r.must(err)
	folders, err := mustDatacenter(r, finder).Folders(background)
	r.must(err)
	machine := r.done(folders.VmFolder.CreateVM(background, types.VirtualMachineConfigSpec{
		Name: "rider", NumCPUs: 1, MemoryMB: 512, GuestId: "debian11_64Guest", Files: &types.VirtualMachineFileInfo{VmPathName: "[nas-a]"},
	}, pool, hosts[0])).(types.ManagedObjectReference)

	for _, host := range hosts {
		r.done(host.EnterMaintenanceMode(background, 0, false, nil))
	}
	r.done(moveOne(hosts[0]))
	r.done(into.MoveInto(background, hosts[1]))
	if got := read[mo.ClusterComputeResource](r, client, into, "host", "datastore"); len(got.Host) != 2 || len(got.Datastore) != 1 {
		t.Errorf("the cluster has hosts %v and datastores %v", got.Host, got.Datastore)
	}
	root, err := into.ResourcePool(background)
	r.must(err)
	if in := read[mo.VirtualMachine](r, client, machine, "resourcePool").ResourcePool; *in != root.Reference() {
		t.Errorf("the machine on the moved host lies in pool %s, the cluster's root pool is %s", in, root.Reference())
	}
	if left := read[mo.ResourcePool](r, client, pool, "vm").Vm; len(left) != 0 {
		t.Errorf("the old pool still lists %v", left)
	}
}

func TestHostIsAddedOnceUnderItsName(t *testing.T) {
	r := start(t)
	client := r.login()
	cluster, _ := r.newCluster(client, "new", "esx.example")
	folders, err := mustDatacenter(r, r.finder(client)).Folders(background)
	r.must(err)
	again, err := cluster.AddHost(background, types.HostConnectSpec{HostName: "esx.example"}, true, nil, nil)
	r.must(err)
	alone, err := folders.HostFolder.AddStandaloneHost(background, types.HostConnectSpec{HostName: "esx.example"}, true, nil, nil)
	r.must(err)
	nameless, err := folders.HostFolder.AddStandaloneHost(background, types.HostConnectSpec{}, true, nil, nil)
	r.must(err)
	for what, task := range map[string]*object.Task{"again into the cluster": again, "again alone": alone, "without a name": nameless} {
		if task.Wait(background) == nil {
			t.Errorf("a host was added %s", what)
		}
	}
}

func TestHostIsAddedWithItsLicense(t *testing.T) {
	r := start(t)
	client := r.login()
	cluster, _ := r.newCluster(client, "new")
	licenses := license.NewManager(client.Client)
	key := "00000-00000-00000-00000-00001"
	_, err := licenses.Add(background, key, nil)
	r.must(err)
	ref := r.done(cluster.AddHost(background, types.HostConnectSpec{HostName: "esx.example"}, true, &key, nil)).(types.ManagedObjectReference)
	assigned, err := licenses.AssignmentManager(background)
	r.must(err)
	of, err := assigned.QueryAssigned(background, ref.Value)
	r.must(err)
	if len(of) != 1 || of[0].AssignedLicense.LicenseKey != key {
		t.Errorf("the host was added with license %s and has %+v", key, of)
	}
	unknown := "00000-00000-00000-00000-00002"
	task, err := cluster.AddHost(background, types.HostConnectSpec{HostName: "other.example"}, true, &unknown, nil)
	r.must(err)
	if task.Wait(background) == nil {
		t.Error("a host was added with a license that nobody knows")
	}
}

func TestClusterWithMachinesIsNotDestroyed(t *testing.T) {
	r := start(t)
	client := r.login()
	cluster, err := r.finder(client).ClusterComputeResource(background, "gislaved-prod")
	r.must(err)
	task, err := cluster.Destroy(background)
	r.must(err)
	if task.Wait(background) == nil {
		t.Error("a cluster was destroyed with the machines in it")
	}
}
