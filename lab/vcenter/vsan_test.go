package main

import (
	"slices"
	"testing"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
	"github.com/vmware/govmomi/vsan"
	vsanmethods "github.com/vmware/govmomi/vsan/methods"
	vsantypes "github.com/vmware/govmomi/vsan/types"
)

func (r *running) vsan(client *govmomi.Client) *vsan.Client {
	r.t.Helper()
	health, err := vsan.NewClient(background, client.Client)
	r.must(err)
	return health
}

// reconfigureVsan changes a cluster's vSAN and reads it back.
func (r *running) reconfigureVsan(client *govmomi.Client, of mo.Reference, spec vsantypes.VimVsanReconfigSpec) *vsantypes.VsanConfigInfoEx {
	r.t.Helper()
	health := r.vsan(client)
	spec.Modify = true
	r.done(health.VsanClusterReconfig(background, of.Reference(), spec))
	config, err := health.VsanClusterGetConfig(background, of.Reference())
	r.must(err)
	return config
}

func vsanSwitch(on bool) vsantypes.VimVsanReconfigSpec {
	return vsantypes.VimVsanReconfigSpec{VsanClusterConfig: &vsantypes.VsanClusterConfigInfo{
		Enabled: types.NewBool(on), DefaultConfig: new(types.VsanClusterConfigInfoHostDefaultInfo),
	}}
}

// vsanHosts are the hosts' vSAN configurations as the cluster lists them.
func (r *running) vsanHosts(client *govmomi.Client, of mo.Reference) []types.VsanHostConfigInfo {
	r.t.Helper()
	return read[mo.ClusterComputeResource](r, client, of, "configurationEx").ConfigurationEx.(*types.ClusterConfigInfoEx).VsanHostConfig
}

func refsOf(hosts ...*object.HostSystem) []types.ManagedObjectReference {
	var refs []types.ManagedObjectReference
	for _, host := range hosts {
		refs = append(refs, host.Reference())
	}
	return refs
}

func TestVsanIsReadAndConfigured(t *testing.T) {
	r := start(t)
	client := r.login()
	cluster, err := r.finder(client).ClusterComputeResource(background, "gislaved-prod")
	r.must(err)
	config, err := r.vsan(client).VsanClusterGetConfig(background, cluster.Reference())
	r.must(err)
	if config.Enabled == nil || *config.Enabled {
		t.Errorf("a cluster without vSAN says %+v", config.VsanClusterConfigInfo)
	}
	// its xsi:type="VsanClusterConfigInfo" made stock vcsim's decoder panic
	spec := vsanSwitch(true)
	spec.VsanClusterConfig.GetVsanClusterConfigInfo().VsanEsaEnabled = types.NewBool(true)
	spec.PerfsvcConfig = &vsantypes.VsanPerfsvcConfig{Enabled: true, VerboseMode: types.NewBool(true)}
	spec.UnmapConfig = &vsantypes.VsanUnmapConfig{Enable: true}
	spec.DataEfficiencyConfig = &vsantypes.VsanDataEfficiencyConfig{DedupEnabled: true, CompressionEnabled: types.NewBool(true)}
	spec.DataInTransitEncryptionConfig = &vsantypes.VsanDataInTransitEncryptionConfig{Enabled: types.NewBool(true)}
	config = r.reconfigureVsan(client, cluster, spec)
	if !*config.Enabled || !*config.VsanEsaEnabled || !config.PerfsvcConfig.Enabled || !*config.PerfsvcConfig.VerboseMode || !config.UnmapConfig.Enable {
		t.Errorf("vSAN is %+v", config)
	}
	if data := config.DataEfficiencyConfig; !data.DedupEnabled || !*data.CompressionEnabled {
		t.Errorf("data efficiency is %+v", data)
	}
	if transit := config.DataInTransitEncryptionConfig; !*transit.Enabled || transit.RekeyInterval != rekeyInterval {
		t.Errorf("encryption in transit is %+v; vCenter renews keys once a day where nothing is said", transit)
	}
}

func TestVsanMountsRemoteDatastoresAsAWhole(t *testing.T) {
	r := start(t)
	client := r.login()
	finder := r.finder(client)
	cluster, err := finder.ClusterComputeResource(background, "gislaved-prod")
	r.must(err)
	store, err := finder.Datastore(background, "gislaved-san-01")
	r.must(err)
	for _, wanted := range [][]types.ManagedObjectReference{{store.Reference()}, nil} {
		config := r.reconfigureVsan(client, cluster, vsantypes.VimVsanReconfigSpec{
			DatastoreConfig: &vsantypes.VsanAdvancedDatastoreConfig{RemoteDatastores: wanted},
		})
		// the official plugin reads it as this type and no other
		if got, ok := config.DatastoreConfig.(*vsantypes.VsanAdvancedDatastoreConfig); !ok || !slices.Equal(got.RemoteDatastores, wanted) {
			t.Errorf("remote datastores are %#v, they were set to %v", config.DatastoreConfig, wanted)
		}
	}
}

func TestHostsOfAVsanClusterMountItsDatastore(t *testing.T) {
	r := start(t)
	client := r.login()
	cluster, hosts := r.newCluster(client, "vsan", "esx-a.example", "esx-b.example")
	mounted := func() int {
		t.Helper()
		stores := read[mo.ClusterComputeResource](r, client, cluster, "datastore").Datastore
		if len(stores) == 0 {
			return 0
		}
		return len(read[mo.Datastore](r, client, stores[0], "host").Host)
	}
	r.reconfigureVsan(client, cluster, vsanSwitch(true))
	if got := mounted(); got != 2 {
		t.Errorf("%d of 2 hosts mount the vSAN datastore", got)
	}
	r.done(cluster.AddHost(background, types.HostConnectSpec{HostName: "esx-c.example"}, true, nil, nil))
	r.done(cluster.MoveInto(background, r.standAlone(client, "esx-d.example")))
	if got := mounted(); got != 4 {
		t.Errorf("%d of 4 hosts mount the vSAN datastore: two joined later", got)
	}
	r.done(hosts[0].Disconnect(background))
	r.done(hosts[0].Destroy(background))
	if got := mounted(); got != 3 {
		t.Errorf("%d hosts mount the vSAN datastore, 3 are left", got)
	}
	system := read[mo.HostSystem](r, client, hosts[1], "configManager.vsanSystem").ConfigManager.VsanSystem
	if config := read[mo.HostVsanSystem](r, client, *system, "config").Config; !*config.Enabled || config.ClusterInfo.Uuid == "" || config.StorageInfo == nil {
		t.Errorf("the host says of its vSAN %+v", config)
	}
	folders, err := mustDatacenter(r, r.finder(client)).Folders(background)
	r.must(err)
	r.done(hosts[1].EnterMaintenanceMode(background, 0, true, nil))
	r.done(folders.HostFolder.MoveInto(background, refsOf(hosts[1])))
	if got := read[mo.HostSystem](r, client, hosts[1], "datastore", "config.vsanHostConfig"); mounted() != 2 || len(got.Datastore) != 0 || *got.Config.VsanHostConfig.Enabled {
		t.Errorf("out of the cluster the host has datastores %v and says of its vSAN %+v", got.Datastore, got.Config.VsanHostConfig)
	}
	r.reconfigureVsan(client, cluster, vsanSwitch(false))
	if _, err := r.finder(client).Datastore(background, "vsanDatastore"); err == nil || mounted() != 0 {
		t.Errorf("vSAN is off and its datastore is there (%v)", err)
	}
}

func TestVsanFaultDomainsAreSetHostByHost(t *testing.T) {
	r := start(t)
	client := r.login()
	cluster, hosts := r.newCluster(client, "vsan", "esx-a.example", "esx-b.example")
	set := func(host mo.Reference, name string) (*object.Task, error) {
		ref := host.Reference()
		return cluster.Reconfigure(background, &types.ClusterConfigSpecEx{VsanHostConfigSpec: []types.VsanHostConfigInfo{
			{HostSystem: &ref, FaultDomainInfo: &types.VsanHostFaultDomainInfo{Name: name}},
		}}, true)
	}
	for _, each := range r.vsanHosts(client, cluster) {
		if each.FaultDomainInfo == nil || each.FaultDomainInfo.Name != "" {
			t.Errorf("a host in no fault domain has %+v: clients read its name unasked", each.FaultDomainInfo)
		}
	}
	for _, name := range []string{"rack-1", ""} {
		r.done(set(hosts[1], name))
		known := r.vsanHosts(client, cluster)
		if len(known) != 2 || known[0].FaultDomainInfo.Name != "" || known[1].FaultDomainInfo.Name != name {
			t.Errorf("set to %q, the fault domains are %+v", name, known)
		}
	}
	task, err := set(r.standAlone(client, "esx-c.example"), "rack-1")
	r.must(err)
	if task.Wait(background) == nil {
		t.Error("a host of another cluster was put into a fault domain")
	}
}

// TestStretchedClusterIsReadAsTheProviderReadsIt has what the official plugin asks for: the witness with its address,
// and each host with the name of its fault domain (terraform-provider-vsphere, vsan_stretched_cluster).
func TestStretchedClusterIsReadAsTheProviderReadsIt(t *testing.T) {
	r := start(t)
	client := r.login()
	health := r.vsan(client)
	cluster, hosts := r.newCluster(client, "stretched", "dc1-esx.example", "dc2-esx.example")
	_, others := r.newCluster(client, "witness", "dc3-esx.example")
	witness := others[0].Reference()
	witnesses := func() []vsantypes.VimClusterVSANWitnessHostInfo {
		t.Helper()
		res, err := vsanmethods.VSANVcGetWitnessHosts(background, health, &vsantypes.VSANVcGetWitnessHosts{
			This: vsan.VsanVcStretchedClusterSystem, Cluster: cluster.Reference(),
		})
		r.must(err)
		return res.Returnval
	}
	stretch := func(witness types.ManagedObjectReference, preferred string) *object.Task {
		t.Helper()
		res, err := vsanmethods.VSANVcConvertToStretchedCluster(background, health, &vsantypes.VSANVcConvertToStretchedCluster{
			This: vsan.VsanVcStretchedClusterSystem, Cluster: cluster.Reference(), WitnessHost: witness, PreferredFd: preferred,
			FaultDomainConfig: vsantypes.VimClusterVSANStretchedClusterFaultDomainConfig{
				FirstFdName: "dc1", FirstFdHosts: refsOf(hosts[0]), SecondFdName: "dc2", SecondFdHosts: refsOf(hosts[1]),
			},
		})
		r.must(err)
		return object.NewTask(client.Client, res.Returnval)
	}
	preferred := func() string {
		t.Helper()
		res, err := vsanmethods.VSANVcGetPreferredFaultDomain(background, health, &vsantypes.VSANVcGetPreferredFaultDomain{
			This: vsan.VsanVcStretchedClusterSystem, Cluster: cluster.Reference(),
		})
		r.must(err)
		return res.Returnval.PreferredFaultDomainName
	}

	if found := witnesses(); found != nil {
		t.Errorf("a cluster that is not stretched has witnesses %v", found)
	}
	if stretch(witness, "dc1").Wait(background) == nil {
		t.Error("a cluster without vSAN was stretched")
	}
	r.reconfigureVsan(client, cluster, vsanSwitch(true))
	if stretch(hosts[0].Reference(), "dc1").Wait(background) == nil {
		t.Error("one of the cluster's own hosts was made its witness")
	}
	if stretch(witness, "dc9").Wait(background) == nil {
		t.Error("a fault domain is preferred that is none of the two")
	}
	r.done(stretch(witness, "dc1"), nil)
	if found := witnesses(); len(found) != 1 || *found[0].Host != witness || found[0].UnicastAgentAddr == "" || found[0].PreferredFdName != "dc1" {
		t.Errorf("the stretched cluster's witnesses are %+v", found)
	}
	for i, name := range []string{"dc1", "dc2"} {
		if each := r.vsanHosts(client, cluster)[i]; *each.HostSystem != hosts[i].Reference() || each.FaultDomainInfo.Name != name {
			t.Errorf("host %d is in fault domain %q, it was put into %s", i, each.FaultDomainInfo.Name, name)
		}
	}
	is, err := vsanmethods.VSANVcIsWitnessHost(background, health, &vsantypes.VSANVcIsWitnessHost{This: vsan.VsanVcStretchedClusterSystem, Host: witness})
	r.must(err)
	if !is.Returnval {
		t.Error("the witness is not known as one")
	}
	changed, err := vsanmethods.VSANVcSetPreferredFaultDomain(background, health, &vsantypes.VSANVcSetPreferredFaultDomain{
		This: vsan.VsanVcStretchedClusterSystem, Cluster: cluster.Reference(), PreferredFd: "dc2",
	})
	r.must(err)
	r.done(object.NewTask(client.Client, changed.Returnval), nil)
	if got := preferred(); got != "dc2" {
		t.Errorf("the preferred fault domain is %q, it was set to dc2", got)
	}
	removed, err := vsanmethods.VSANVcRemoveWitnessHost(background, health, &vsantypes.VSANVcRemoveWitnessHost{
		This: vsan.VsanVcStretchedClusterSystem, Cluster: cluster.Reference(), WitnessHost: &witness,
	})
	r.must(err)
	r.done(object.NewTask(client.Client, removed.Returnval), nil)
	if found := witnesses(); found != nil {
		t.Errorf("without its witness the cluster still has %v", found)
	}
}
