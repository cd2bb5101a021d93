package main

import (
	"slices"
	"testing"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

func onOff(value bool) *types.BoolPolicy { return &types.BoolPolicy{Value: types.NewBool(value)} }

func TestSwitchKeepsItsConfiguration(t *testing.T) {
	r := start(t)
	client := r.login()
	finder := r.finder(client)
	folders, err := mustDatacenter(r, finder).Folders(background)
	r.must(err)
	host, err := finder.HostSystem(background, "esx01.gislaved.example")
	r.must(err)
	spec := &types.VMwareDVSConfigSpec{MaxMtu: 9000, MulticastFilteringMode: "snooping"}
	spec.Name = "core"
	spec.UplinkPortPolicy = &types.DVSNameArrayUplinkPortPolicy{UplinkPortName: []string{"b", "a"}}
	spec.DefaultPortConfig = &types.VMwareDVSPortSetting{SecurityPolicy: &types.DVSSecurityPolicy{ForgedTransmits: onOff(true)}}
	spec.Host = []types.DistributedVirtualSwitchHostMemberConfigSpec{{Operation: "add", Host: host.Reference()}}
	ref := r.done(folders.NetworkFolder.CreateDVS(background, types.DVSCreateSpec{
		ConfigSpec: spec, ProductInfo: &types.DistributedVirtualSwitchProductSpec{Version: "7.0.0"},
	})).(types.ManagedObjectReference)
	if ref.Type != "VmwareDistributedVirtualSwitch" {
		t.Errorf("the switch is a %s", ref.Type)
	}
	made := read[mo.VmwareDistributedVirtualSwitch](r, client, ref)
	config := made.Config.(*types.VMwareDVSConfigInfo)
	if names := config.UplinkPortPolicy.(*types.DVSNameArrayUplinkPortPolicy).UplinkPortName; !slices.Equal(names, []string{"b", "a"}) {
		t.Errorf("the uplinks are %v, in that order they were b, a", names)
	}
	if config.MaxMtu != 9000 || config.MulticastFilteringMode != "snooping" || config.ProductInfo.Version != "7.0.0" || len(config.Host) != 1 {
		t.Errorf("the switch is %+v", config)
	}
	manager := serviceContentOf(client).DvSwitchManager
	found, err := methods.QueryDvsByUuid(background, client, &types.QueryDvsByUuid{This: *manager, Uuid: made.Uuid})
	r.must(err)
	if found.Returnval == nil || *found.Returnval != ref {
		t.Errorf("by its UUID %v is found", found.Returnval)
	}
	r.done(object.NewDistributedVirtualSwitch(client.Client, ref).Destroy(background))
	if left := read[mo.HostSystem](r, client, host, "network"); len(left.Network) != 4 {
		t.Errorf("the host has networks %v: those of Gislaved's switch, its uplinks and VM Network should be left", left.Network)
	}
}

func TestPortgroupInheritsWhatItDoesNotSet(t *testing.T) {
	r := start(t)
	client := r.login()
	network, err := r.finder(client).Network(background, "gislaved-dvs")
	r.must(err)
	on := object.NewDistributedVirtualSwitch(client.Client, network.Reference())
	res, err := methods.CreateDVPortgroup_Task(background, client, &types.CreateDVPortgroup_Task{This: on.Reference(), Spec: types.DVPortgroupConfigSpec{
		Name: "segment", Type: "earlyBinding", NumPorts: 8, DefaultPortConfig: &types.VMwareDVSPortSetting{
			Vlan:           &types.VmwareDistributedVirtualSwitchVlanIdSpec{VlanId: 42},
			SecurityPolicy: &types.DVSSecurityPolicy{AllowPromiscuous: onOff(true)},
		},
	}})
	r.must(err)
	ref := r.done(object.NewTask(client.Client, res.Returnval), nil).(types.ManagedObjectReference)

	change := &types.VMwareDVSConfigSpec{}
	change.DefaultPortConfig = &types.VMwareDVSPortSetting{
		SecurityPolicy: &types.DVSSecurityPolicy{MacChanges: onOff(true), AllowPromiscuous: onOff(false)},
	}
	r.done(on.Reconfigure(background, change))
	setting := read[mo.DistributedVirtualPortgroup](r, client, ref, "config").Config.DefaultPortConfig.(*types.VMwareDVSPortSetting)
	if vlan := setting.Vlan.(*types.VmwareDistributedVirtualSwitchVlanIdSpec).VlanId; vlan != 42 {
		t.Errorf("the VLAN is %d", vlan)
	}
	if security := setting.SecurityPolicy; !*security.AllowPromiscuous.Value || security.AllowPromiscuous.Inherited {
		t.Errorf("what the port group set itself was taken over from the switch: %+v", security.AllowPromiscuous)
	}
	if security := setting.SecurityPolicy; !*security.MacChanges.Value || !security.MacChanges.Inherited {
		t.Errorf("what the port group inherits has not followed the switch: %+v", security.MacChanges)
	}
	if setting.UplinkTeamingPolicy == nil || setting.InShapingPolicy == nil || setting.LacpPolicy == nil {
		t.Errorf("the setting is not complete: %+v", setting)
	}
}

func gislavedSwitch(r *running, client *govmomi.Client) *object.DistributedVirtualSwitch {
	r.t.Helper()
	network, err := r.finder(client).Network(background, "gislaved-dvs")
	r.must(err)
	return object.NewDistributedVirtualSwitch(client.Client, network.Reference())
}

func switchConfig(r *running, client *govmomi.Client, of mo.Reference) *types.VMwareDVSConfigInfo {
	r.t.Helper()
	return read[mo.VmwareDistributedVirtualSwitch](r, client, of, "config").Config.(*types.VMwareDVSConfigInfo)
}

func TestSwitchKeepsPrivateVLANs(t *testing.T) {
	r := start(t)
	client := r.login()
	on := gislavedSwitch(r, client)
	change := func(operation types.ConfigSpecOperation, secondary int32, kind string) []types.VMwareDVSPvlanMapEntry {
		t.Helper()
		r.done(on.Reconfigure(background, &types.VMwareDVSConfigSpec{PvlanConfigSpec: []types.VMwareDVSPvlanConfigSpec{{
			Operation: string(operation), PvlanEntry: types.VMwareDVSPvlanMapEntry{PrimaryVlanId: 100, SecondaryVlanId: secondary, PvlanType: kind},
		}}}))
		return switchConfig(r, client, on).PvlanConfig
	}
	change(types.ConfigSpecOperationAdd, 100, "promiscuous")
	if got := change(types.ConfigSpecOperationAdd, 101, "isolated"); len(got) != 2 {
		t.Errorf("two private VLANs were added, there are %+v", got)
	}
	if got := change(types.ConfigSpecOperationEdit, 101, "community"); len(got) != 2 || got[1].PvlanType != "community" {
		t.Errorf("101 was made a community, there are %+v", got)
	}
	if got := change(types.ConfigSpecOperationRemove, 101, "community"); len(got) != 1 || got[0].SecondaryVlanId != 100 {
		t.Errorf("101 was removed, there are %+v", got)
	}
}

func TestSwitchSharesOutItsTraffic(t *testing.T) {
	r := start(t)
	client := r.login()
	on := gislavedSwitch(r, client)
	spec := &types.VMwareDVSConfigSpec{}
	spec.NetworkResourceControlVersion = "version3"
	spec.InfrastructureTrafficResourceConfig = []types.DvsHostInfrastructureTrafficResource{
		{Key: "vmotion", AllocationInfo: types.DvsHostInfrastructureTrafficResourceAllocation{
			Limit: types.NewInt64(1000), Reservation: types.NewInt64(10), Shares: &types.SharesInfo{Level: types.SharesLevelHigh},
		}},
		{Key: "new", AllocationInfo: types.DvsHostInfrastructureTrafficResourceAllocation{Limit: types.NewInt64(5)}},
	}
	r.done(on.Reconfigure(background, spec))
	_, err := methods.EnableNetworkResourceManagement(background, client, &types.EnableNetworkResourceManagement{This: on.Reference(), Enable: true})
	r.must(err)
	config := switchConfig(r, client, on)
	if !config.NetworkResourceManagementEnabled {
		t.Error("network I/O control is off")
	}
	byKey := make(map[string]types.DvsHostInfrastructureTrafficResourceAllocation)
	for _, each := range config.InfrastructureTrafficResourceConfig {
		byKey[each.Key] = each.AllocationInfo
	}
	if got := byKey["vmotion"]; *got.Limit != 1000 || *got.Reservation != 10 || got.Shares.Shares != 100 {
		t.Errorf("vMotion's share is %+v", got)
	}
	if got := byKey["management"]; got.Shares.Shares != 50 || *byKey["new"].Limit != 5 {
		t.Errorf("management's share has changed to %+v, or the new kind is lost: %+v", got, byKey["new"])
	}
}

func TestSwitchMembersAreEditedAndRemoved(t *testing.T) {
	r := start(t)
	client := r.login()
	on := gislavedSwitch(r, client)
	_, hosts := r.newCluster(client, "new", "esx.example")
	change := func(operation types.ConfigSpecOperation, host mo.Reference, cards ...string) (*object.Task, error) {
		backing := new(types.DistributedVirtualSwitchHostMemberPnicBacking)
		for _, card := range cards {
			backing.PnicSpec = append(backing.PnicSpec, types.DistributedVirtualSwitchHostMemberPnicSpec{PnicDevice: card})
		}
		spec := &types.VMwareDVSConfigSpec{}
		spec.Host = []types.DistributedVirtualSwitchHostMemberConfigSpec{{Operation: string(operation), Host: host.Reference(), Backing: backing}}
		return on.Reconfigure(background, spec)
	}
	before := len(switchConfig(r, client, on).Host)
	r.done(change(types.ConfigSpecOperationAdd, hosts[0], "vmnic0"))
	r.done(change(types.ConfigSpecOperationEdit, hosts[0], "vmnic0", "vmnic1"))
	members := switchConfig(r, client, on).Host
	if got := members[len(members)-1].Config.Backing.(*types.DistributedVirtualSwitchHostMemberPnicBacking); len(members) != before+1 || len(got.PnicSpec) != 2 {
		t.Errorf("%d members, the new one has cards %+v", len(members), got.PnicSpec)
	}
	r.done(change(types.ConfigSpecOperationRemove, hosts[0]))
	if got := switchConfig(r, client, on).Host; len(got) != before {
		t.Errorf("the host was taken off the switch, which has %d members", len(got))
	}
	for what, task := range map[string]func() (*object.Task, error){
		"a host was edited that is no member":               func() (*object.Task, error) { return change(types.ConfigSpecOperationEdit, hosts[0]) },
		"a host was added twice":                            func() (*object.Task, error) { return change(types.ConfigSpecOperationAdd, gislavedHost(r, client)) },
		"a host was taken off a switch its machines are on": func() (*object.Task, error) { return change(types.ConfigSpecOperationRemove, gislavedHost(r, client)) },
	} {
		if started, err := task(); err != nil || started.Wait(background) == nil {
			t.Errorf("%s (%v)", what, err)
		}
	}
}

func TestSwitchIsRenamedUpgradedAndKeptWhileInUse(t *testing.T) {
	r := start(t)
	client := r.login()
	on := gislavedSwitch(r, client)
	r.done(on.Rename(background, "renamed"))
	res, err := methods.PerformDvsProductSpecOperation_Task(background, client, &types.PerformDvsProductSpecOperation_Task{
		This: on.Reference(), Operation: "upgrade", ProductSpec: &types.DistributedVirtualSwitchProductSpec{Version: "8.0.3"},
	})
	r.must(err)
	r.done(object.NewTask(client.Client, res.Returnval), nil)
	got := read[mo.VmwareDistributedVirtualSwitch](r, client, on)
	if config := got.Config.GetDVSConfigInfo(); got.Name != "renamed" || config.Name != "renamed" || got.Summary.Name != "renamed" || config.ProductInfo.Version != "8.0.3" {
		t.Errorf("the switch is %q, %q, %q of version %s", got.Name, config.Name, got.Summary.Name, config.ProductInfo.Version)
	}
	stale := &types.VMwareDVSConfigSpec{MaxMtu: 9000}
	stale.ConfigVersion = "0"
	for what, task := range map[string]func() (*object.Task, error){
		"a change was made on top of another one unseen": func() (*object.Task, error) { return on.Reconfigure(background, stale) },
		"a switch was destroyed that machines are on":    func() (*object.Task, error) { return on.Destroy(background) },
	} {
		if started, err := task(); err != nil || started.Wait(background) == nil {
			t.Errorf("%s (%v)", what, err)
		}
	}
}

func TestPortgroupsAreAddedChangedFoundAndDestroyed(t *testing.T) {
	r := start(t)
	client := r.login()
	on := gislavedSwitch(r, client)
	r.done(on.AddPortgroup(background, []types.DVPortgroupConfigSpec{
		{Name: "one", Type: "earlyBinding", NumPorts: 4}, {Name: "two", Type: "ephemeral"},
	}))
	network, err := r.finder(client).Network(background, "one")
	r.must(err)
	group := object.NewDistributedVirtualPortgroup(client.Client, network.Reference())
	r.done(group.Reconfigure(background, types.DVPortgroupConfigSpec{
		Name: "first", Description: "d", DefaultPortConfig: &types.VMwareDVSPortSetting{Vlan: &types.VmwareDistributedVirtualSwitchVlanIdSpec{VlanId: 9}},
	}))
	got := read[mo.DistributedVirtualPortgroup](r, client, group)
	if got.Name != "first" || got.Config.Name != "first" || got.Config.Description != "d" || got.Config.Type != "earlyBinding" || len(got.PortKeys) != 4 {
		t.Errorf("the port group is %q with %+v", got.Name, got.Config)
	}
	r.done(group.Rename(background, "renamed"))
	names := read[mo.VmwareDistributedVirtualSwitch](r, client, on, "summary").Summary.PortgroupName
	if !slices.Contains(names, "renamed") || !slices.Contains(names, "two") || slices.Contains(names, "one") {
		t.Errorf("the switch lists port groups %v", names)
	}
	manager := serviceContentOf(client).DvSwitchManager
	id := read[mo.VmwareDistributedVirtualSwitch](r, client, on, "uuid").Uuid
	found, err := methods.DVSManagerLookupDvPortGroup(background, client, &types.DVSManagerLookupDvPortGroup{This: *manager, SwitchUuid: id, PortgroupKey: got.Key})
	r.must(err)
	if found.Returnval == nil || *found.Returnval != group.Reference() {
		t.Errorf("by its key %v is found", found.Returnval)
	}
	r.done(group.Destroy(background))
	if client.RetrieveOne(background, group.Reference(), []string{"name"}, new(mo.DistributedVirtualPortgroup)) == nil {
		t.Error("the port group is still there")
	}
	used, err := r.finder(client).Network(background, "gislaved-servers")
	r.must(err)
	if task, err := object.NewCommon(client.Client, used.Reference()).Destroy(background); err != nil || task.Wait(background) == nil {
		t.Errorf("a port group was destroyed that machines are on (%v)", err)
	}
}
