package main

import (
	"slices"
	"testing"

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
