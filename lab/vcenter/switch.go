package main

import (
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// distributedSwitch keeps all of a switch's configuration and its hosts' membership.
type distributedSwitch struct {
	*simulator.DistributedVirtualSwitch
}

// createSwitch makes a switch in the folder with its uplink port group, as vCenter does.
func createSwitch(ctx *simulator.Context, in *simulator.Folder, req *types.DVSCreateSpec) (types.AnyType, types.BaseMethodFault) {
	spec := req.ConfigSpec.GetDVSConfigSpec()
	if found := ctx.Map.FindByName(spec.Name, in.ChildEntity); found != nil {
		return nil, &types.DuplicateName{Name: spec.Name, Object: found.Reference()}
	}
	s := new(simulator.DistributedVirtualSwitch)
	s.Self.Type = "VmwareDistributedVirtualSwitch"
	ctx.Map.NewEntity(s)
	s.Name, s.Uuid = spec.Name, switchUUID()
	s.Entity().Name = spec.Name
	s.Config = newSwitchConfig(s.Uuid, req)
	s.Summary = types.DVSSummary{Name: s.Name, Uuid: s.Uuid}
	s.Capability.DvsOperationSupported, s.Capability.DvPortGroupOperationSupported = types.NewBool(true), types.NewBool(true)
	in.ChildEntity = with(in.ChildEntity, s.Self)
	ctx.Map.PutEntity(in, s)

	uplinks := types.DVPortgroupConfigSpec{
		Name: s.Name + "-DVUplinks-" + strings.TrimPrefix(s.Self.Value, "dvs-"), Type: "earlyBinding", NumPorts: 0,
		DefaultPortConfig: &types.VMwareDVSPortSetting{
			Vlan: &types.VmwareDistributedVirtualSwitchTrunkVlanSpec{VlanId: []types.NumericRange{{Start: 0, End: 4094}}},
		},
	}
	made, fault := createPortgroup(ctx, s, uplinks, true)
	if fault != nil {
		return nil, fault
	}
	configOf(s).UplinkPortgroup = []types.ManagedObjectReference{made.Self}
	if fault := (&distributedSwitch{s}).reconfigure(ctx, req.ConfigSpec); fault != nil {
		detach(ctx, made)
		detach(ctx, s)
		return nil, fault
	}
	return s.Self, nil
}

// switchUUID is a UUID in the way switches write it: 50 2b 1c … - ….
func switchUUID() string {
	digits := strings.ReplaceAll(uuid.NewString(), "-", "")
	var out strings.Builder
	for i := 0; i < len(digits); i += 2 {
		switch {
		case i == 16:
			out.WriteByte('-')
		case i > 0:
			out.WriteByte(' ')
		}
		out.WriteString(digits[i : i+2])
	}
	return out.String()
}

func newSwitchConfig(id string, req *types.DVSCreateSpec) *types.VMwareDVSConfigInfo {
	config := &types.VMwareDVSConfigInfo{
		MaxMtu:                      1500,
		LinkDiscoveryProtocolConfig: &types.LinkDiscoveryProtocolConfig{Protocol: "cdp", Operation: "listen"},
		IpfixConfig:                 &types.VMwareIpfixConfig{ActiveFlowTimeout: 60, IdleFlowTimeout: 15},
		LacpApiVersion:              "singleLag",
		MulticastFilteringMode:      "legacyFiltering",
		NetworkOffloadSpecId:        "None",
	}
	config.Uuid, config.ConfigVersion, config.CreateTime = id, "0", time.Now().UTC()
	config.MaxPorts, config.DefaultProxySwitchMaxNumPorts = 1<<31-1, 512
	config.NetworkResourceControlVersion = "version3"
	config.InfrastructureTrafficResourceConfig = newTrafficShares()
	config.UplinkPortPolicy = &types.DVSNameArrayUplinkPortPolicy{
		UplinkPortName: []string{"Uplink 1", "Uplink 2", "Uplink 3", "Uplink 4"},
	}
	config.Policy = &types.DVSPolicy{AutoPreInstallAllowed: types.NewBool(false), AutoUpgradeAllowed: types.NewBool(false), PartialUpgradeAllowed: types.NewBool(true)}
	config.ProductInfo = types.DistributedVirtualSwitchProductSpec{
		Name: "DVS", Vendor: "VMware, Inc.", Version: "8.0.0", Build: "0", ForwardingClass: "etherswitch",
	}
	if req.ProductInfo != nil && req.ProductInfo.Version != "" {
		config.ProductInfo.Version = req.ProductInfo.Version
	}
	config.DefaultPortConfig = newPortSetting(nil)
	return config
}

func configOf(s *simulator.DistributedVirtualSwitch) *types.VMwareDVSConfigInfo {
	return s.Config.(*types.VMwareDVSConfigInfo)
}

// ReconfigureDvsTask takes over everything of the spec.
func (s *distributedSwitch) ReconfigureDvsTask(ctx *simulator.Context, req *types.ReconfigureDvs_Task) soap.HasFault {
	ref := runTask(ctx, s, "reconfigureDvs", func() (types.AnyType, types.BaseMethodFault) {
		if wanted := req.Spec.GetDVSConfigSpec().ConfigVersion; wanted != "" && wanted != configOf(s.DistributedVirtualSwitch).ConfigVersion {
			return nil, new(types.ConcurrentAccess)
		}
		return nil, s.reconfigure(ctx, req.Spec)
	})
	return &methods.ReconfigureDvs_TaskBody{Res: &types.ReconfigureDvs_TaskResponse{Returnval: ref}}
}

func (s *distributedSwitch) reconfigure(ctx *simulator.Context, given types.BaseDVSConfigSpec) types.BaseMethodFault {
	spec := *given.GetDVSConfigSpec()
	if fault := applyMembers(ctx, s.DistributedVirtualSwitch, spec.Host); fault != nil {
		return fault
	}
	config := *configOf(s.DistributedVirtualSwitch)
	version, _ := strconv.Atoi(config.ConfigVersion)
	shares := mergeTraffic(config.InfrastructureTrafficResourceConfig, spec.InfrastructureTrafficResourceConfig)
	setting := clonePortSetting(config.DefaultPortConfig.(*types.VMwareDVSPortSetting))
	if wanted, ok := spec.DefaultPortConfig.(*types.VMwareDVSPortSetting); ok && wanted != nil {
		overridePortSetting(setting, wanted)
	}
	if uplinks, ok := spec.UplinkPortPolicy.(*types.DVSNameArrayUplinkPortPolicy); ok && uplinks != nil {
		config.UplinkPortPolicy = &types.DVSNameArrayUplinkPortPolicy{UplinkPortName: uplinks.UplinkPortName}
	}
	spec.Host, spec.DefaultPortConfig, spec.UplinkPortPolicy, spec.UplinkPortgroup = nil, nil, nil, nil
	if special, ok := given.(*types.VMwareDVSConfigSpec); ok {
		whole := *special
		whole.DVSConfigSpec = spec
		if special.IpfixConfig != nil {
			config.IpfixConfig = nil // its numbers are no pointers: it comes as a whole
		}
		config.PvlanConfig = applyPvlans(config.PvlanConfig, special.PvlanConfigSpec)
		merge(&config, &whole)
	} else {
		merge(&config, &spec)
	}
	config.InfrastructureTrafficResourceConfig, config.DefaultPortConfig = shares, setting
	config.ConfigVersion = strconv.Itoa(version + 1)
	s.Summary.Description, s.Summary.Contact = config.Description, &config.Contact
	s.Summary.ProductInfo, s.Summary.NumPorts = &config.ProductInfo, config.NumPorts
	s.Config = &config
	if spec.Name != "" {
		s.setName(spec.Name)
	}
	refreshPortgroups(ctx, s.DistributedVirtualSwitch)
	return nil
}

func (s *distributedSwitch) setName(name string) {
	configOf(s.DistributedVirtualSwitch).Name, s.Summary.Name = name, name
	s.Entity().Name = name
	s.DistributedVirtualSwitch.Name = name
}

// RenameTask renames the switch, its configuration included.
func (s *distributedSwitch) RenameTask(ctx *simulator.Context, req *types.Rename_Task) soap.HasFault {
	ref := runTask(ctx, s, "rename", func() (types.AnyType, types.BaseMethodFault) {
		s.setName(req.NewName)
		return nil, nil
	})
	return &methods.Rename_TaskBody{Res: &types.Rename_TaskResponse{Returnval: ref}}
}

// EnableNetworkResourceManagement turns network I/O control on or off.
func (s *distributedSwitch) EnableNetworkResourceManagement(req *types.EnableNetworkResourceManagement) soap.HasFault {
	config := *configOf(s.DistributedVirtualSwitch)
	config.NetworkResourceManagementEnabled = req.Enable
	s.Config = &config
	return &methods.EnableNetworkResourceManagementBody{Res: new(types.EnableNetworkResourceManagementResponse)}
}

// PerformDvsProductSpecOperationTask upgrades the switch's version.
func (s *distributedSwitch) PerformDvsProductSpecOperationTask(ctx *simulator.Context, req *types.PerformDvsProductSpecOperation_Task) soap.HasFault {
	ref := runTask(ctx, s, "performDvsProductSpecOperation", func() (types.AnyType, types.BaseMethodFault) {
		config := *configOf(s.DistributedVirtualSwitch)
		if req.ProductSpec != nil {
			merge(&config.ProductInfo, req.ProductSpec)
		}
		s.Config = &config
		return nil, nil
	})
	return &methods.PerformDvsProductSpecOperation_TaskBody{Res: &types.PerformDvsProductSpecOperation_TaskResponse{Returnval: ref}}
}

// DestroyTask removes the switch with its port groups; machines on them are in the way.
func (s *distributedSwitch) DestroyTask(ctx *simulator.Context, _ *types.Destroy_Task) soap.HasFault {
	ref := runTask(ctx, s, "destroy", func() (types.AnyType, types.BaseMethodFault) {
		for _, group := range portgroupsOf(ctx, s.DistributedVirtualSwitch) {
			if len(group.Vm) != 0 {
				return nil, &types.ResourceInUse{Type: "VirtualMachine", Name: group.Name}
			}
		}
		for _, group := range portgroupsOf(ctx, s.DistributedVirtualSwitch) {
			removePortgroup(ctx, group)
		}
		detach(ctx, s.DistributedVirtualSwitch)
		return nil, nil
	})
	return &methods.Destroy_TaskBody{Res: &types.Destroy_TaskResponse{Returnval: ref}}
}

// switchManager finds switches by UUID.
type switchManager struct {
	*simulator.DistributedVirtualSwitchManager
}

// QueryDvsByUuid finds a switch by its UUID.
func (m *switchManager) QueryDvsByUuid(ctx *simulator.Context, req *types.QueryDvsByUuid) soap.HasFault {
	res := new(types.QueryDvsByUuidResponse)
	if found := switchByUUID(ctx, req.Uuid); found != nil {
		res.Returnval = &found.Self
	}
	return &methods.QueryDvsByUuidBody{Res: res}
}

// DVSManagerLookupDvPortGroup finds a port group by its switch's UUID and its key.
func (m *switchManager) DVSManagerLookupDvPortGroup(ctx *simulator.Context, req *types.DVSManagerLookupDvPortGroup) soap.HasFault {
	found := switchByUUID(ctx, req.SwitchUuid)
	if found == nil {
		return &methods.DVSManagerLookupDvPortGroupBody{Fault_: simulator.Fault("", new(types.NotFound))}
	}
	res := new(types.DVSManagerLookupDvPortGroupResponse)
	for _, group := range portgroupsOf(ctx, found) {
		if group.Key == req.PortgroupKey {
			res.Returnval = &group.Self
		}
	}
	return &methods.DVSManagerLookupDvPortGroupBody{Res: res}
}

func switchByUUID(ctx *simulator.Context, id string) *simulator.DistributedVirtualSwitch {
	for _, entity := range ctx.Map.All("VmwareDistributedVirtualSwitch") {
		if s := entity.(*simulator.DistributedVirtualSwitch); strings.EqualFold(s.Uuid, id) {
			return s
		}
	}
	return nil
}
