package main

import (
	"reflect"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// equipHost gives a new host the managers that stock vcsim leaves out: access, time, services and vSAN.
func equipHost(ctx *simulator.Context, h *simulator.HostSystem) {
	if h.ConfigManager.HostAccessManager != nil && ctx.Map.Get(*h.ConfigManager.HostAccessManager) != nil {
		return
	}
	product := h.Config.Product
	product.Version, product.ApiVersion, product.Build = version, version+".0", build
	product.FullName = "VMware ESXi " + version + " build-" + build
	h.Config.Product, h.Summary.Config.Product = product, &product
	h.Config.LockdownMode = types.HostLockdownModeLockdownDisabled
	h.Config.DateTimeInfo = &types.HostDateTimeInfo{
		TimeZone:  types.HostDateTimeSystemTimeZone{Key: "UTC", Name: "UTC", Description: "UTC"},
		NtpConfig: new(types.HostNtpConfig), SystemClockProtocol: "ntp", Enabled: types.NewBool(true),
	}
	h.Config.Service = newServices()

	access := &hostAccess{host: h}
	access.Self.Type, access.LockdownMode = "HostAccessManager", h.Config.LockdownMode
	clock := &hostClock{host: h}
	clock.Self.Type, clock.DateTimeInfo = "HostDateTimeSystem", *h.Config.DateTimeInfo
	services := &hostServices{host: h}
	services.Self.Type, services.ServiceInfo = "HostServiceSystem", *h.Config.Service
	vsan := &hostVsan{}
	vsan.Self.Type = "HostVsanSystem"
	vsan.Config = types.VsanHostConfigInfo{
		Enabled: types.NewBool(false), HostSystem: &h.Self, ClusterInfo: new(types.VsanHostConfigInfoClusterInfo),
		StorageInfo: new(types.VsanHostConfigInfoStorageInfo), NetworkInfo: new(types.VsanHostConfigInfoNetworkInfo),
	}
	for _, system := range []struct {
		at     **types.ManagedObjectReference
		object mo.Reference
	}{
		{&h.ConfigManager.HostAccessManager, access},
		{&h.ConfigManager.DateTimeSystem, clock},
		{&h.ConfigManager.ServiceSystem, services},
		{&h.ConfigManager.VsanSystem, vsan},
		{&h.ConfigManager.AutoStartManager, newAutoStart(h)},
	} {
		ref := ctx.Map.Put(system.object).Reference()
		*system.at = &ref
	}
	completeCards(ctx, h)
	dropMissingManagers(ctx, &h.ConfigManager)
}

// dropMissingManagers unsets the managers that the simulator names and has not got: a client that finds none can say so,
// one that follows such a reference takes the host for gone.
func dropMissingManagers(ctx *simulator.Context, managers *types.HostConfigManager) {
	value := reflect.ValueOf(managers).Elem()
	for i := range value.NumField() {
		if ref, ok := value.Field(i).Interface().(*types.ManagedObjectReference); ok && ref != nil && ctx.Map.Get(*ref) == nil {
			value.Field(i).SetZero()
		}
	}
}

// hostSystems are a host's own managers, which go with it.
func hostSystems(h *simulator.HostSystem) []*types.ManagedObjectReference {
	m := h.ConfigManager
	return []*types.ManagedObjectReference{
		m.HostAccessManager, m.DateTimeSystem, m.ServiceSystem, m.VsanSystem, m.DatastoreSystem, m.NetworkSystem,
		m.VirtualNicManager, m.AdvancedOption, m.FirewallSystem, m.StorageSystem, m.CertificateManager, m.AutoStartManager,
	}
}

// hostAccess is a host's HostAccessManager: lockdown mode and its exceptions.
type hostAccess struct {
	mo.HostAccessManager
	host       *simulator.HostSystem
	exceptions []string
}

// ChangeLockdownMode sets the lockdown mode.
func (a *hostAccess) ChangeLockdownMode(req *types.ChangeLockdownMode) soap.HasFault {
	a.LockdownMode, a.host.Config.LockdownMode = req.Mode, req.Mode
	return &methods.ChangeLockdownModeBody{Res: new(types.ChangeLockdownModeResponse)}
}

// QueryLockdownExceptions lists the users that lockdown doesn't bind.
func (a *hostAccess) QueryLockdownExceptions(*types.QueryLockdownExceptions) soap.HasFault {
	return &methods.QueryLockdownExceptionsBody{Res: &types.QueryLockdownExceptionsResponse{Returnval: a.exceptions}}
}

// UpdateLockdownExceptions replaces the list of users that lockdown doesn't bind.
func (a *hostAccess) UpdateLockdownExceptions(req *types.UpdateLockdownExceptions) soap.HasFault {
	a.exceptions = req.Users
	return &methods.UpdateLockdownExceptionsBody{Res: new(types.UpdateLockdownExceptionsResponse)}
}

// hostClock is a host's HostDateTimeSystem.
type hostClock struct {
	mo.HostDateTimeSystem
	host *simulator.HostSystem
}

// UpdateDateTimeConfig sets time zone, protocol and NTP servers.
func (c *hostClock) UpdateDateTimeConfig(req *types.UpdateDateTimeConfig) soap.HasFault {
	info := c.DateTimeInfo
	if zone := req.Config.TimeZone; zone != "" {
		info.TimeZone = types.HostDateTimeSystemTimeZone{Key: zone, Name: zone, Description: zone}
	}
	if req.Config.NtpConfig != nil {
		info.NtpConfig = req.Config.NtpConfig
	}
	if req.Config.PtpConfig != nil {
		info.PtpConfig = req.Config.PtpConfig
	}
	if req.Config.Protocol != "" {
		info.SystemClockProtocol = req.Config.Protocol
	}
	for to, from := range map[**bool]*bool{
		&info.Enabled: req.Config.Enabled, &info.DisableEvents: req.Config.DisableEvents, &info.DisableFallback: req.Config.DisableFallback,
	} {
		if from != nil {
			*to = from
		}
	}
	c.DateTimeInfo = info
	c.host.Config.DateTimeInfo = &info
	return &methods.UpdateDateTimeConfigBody{Res: new(types.UpdateDateTimeConfigResponse)}
}

// QueryDateTime tells the time.
func (*hostClock) QueryDateTime(*types.QueryDateTime) soap.HasFault {
	return &methods.QueryDateTimeBody{Res: &types.QueryDateTimeResponse{Returnval: time.Now().UTC()}}
}

// QueryAvailableTimeZones lists UTC alone, as a real host does since 5.x.
func (c *hostClock) QueryAvailableTimeZones(*types.QueryAvailableTimeZones) soap.HasFault {
	zones := []types.HostDateTimeSystemTimeZone{c.DateTimeInfo.TimeZone}
	return &methods.QueryAvailableTimeZonesBody{Res: &types.QueryAvailableTimeZonesResponse{Returnval: zones}}
}

// RefreshDateTimeSystem has nothing to refresh.
func (*hostClock) RefreshDateTimeSystem(*types.RefreshDateTimeSystem) soap.HasFault {
	return &methods.RefreshDateTimeSystemBody{Res: new(types.RefreshDateTimeSystemResponse)}
}

// hostServices is a host's HostServiceSystem.
type hostServices struct {
	mo.HostServiceSystem
	host *simulator.HostSystem
}

func newServices() *types.HostServiceInfo {
	info := new(types.HostServiceInfo)
	for _, each := range []struct {
		key, label, policy string
		running            bool
	}{
		{"DCUI", "Direct Console UI", "on", true},
		{"TSM", "ESXi Shell", "off", false},
		{"TSM-SSH", "SSH", "off", false},
		{"lbtd", "Load-Based Teaming Daemon", "on", true},
		{"ntpd", "NTP Daemon", "off", false},
		{"ptpd", "PTP Daemon", "off", false},
		{"sfcbd-watchdog", "CIM Server", "on", false},
		{"slpd", "slpd", "off", false},
		{"snmpd", "SNMP Server", "off", false},
		{"vpxa", "VMware vCenter Agent", "on", true},
	} {
		info.Service = append(info.Service, types.HostService{
			Key: each.key, Label: each.label, Policy: each.policy, Running: each.running, Ruleset: []string{},
		})
	}
	return info
}

// change changes one service and shows it in the host's configuration; false if there is no such service.
func (s *hostServices) change(key string, f func(*types.HostService)) *soap.Fault {
	services := append([]types.HostService(nil), s.ServiceInfo.Service...)
	at := position(services, func(each types.HostService) bool { return each.Key == key })
	if at < 0 {
		return simulator.Fault("", new(types.NotFound))
	}
	f(&services[at])
	s.ServiceInfo.Service = services
	shown := s.ServiceInfo
	s.host.Config.Service = &shown
	return nil
}

// StartService starts a service.
func (s *hostServices) StartService(req *types.StartService) soap.HasFault {
	fault := s.change(req.Id, func(each *types.HostService) { each.Running = true })
	return &methods.StartServiceBody{Fault_: fault, Res: new(types.StartServiceResponse)}
}

// StopService stops a service.
func (s *hostServices) StopService(req *types.StopService) soap.HasFault {
	fault := s.change(req.Id, func(each *types.HostService) { each.Running = false })
	return &methods.StopServiceBody{Fault_: fault, Res: new(types.StopServiceResponse)}
}

// RestartService leaves a service running.
func (s *hostServices) RestartService(req *types.RestartService) soap.HasFault {
	fault := s.change(req.Id, func(each *types.HostService) { each.Running = true })
	return &methods.RestartServiceBody{Fault_: fault, Res: new(types.RestartServiceResponse)}
}

// UpdateServicePolicy sets when a service starts.
func (s *hostServices) UpdateServicePolicy(req *types.UpdateServicePolicy) soap.HasFault {
	fault := s.change(req.Id, func(each *types.HostService) { each.Policy = req.Policy })
	return &methods.UpdateServicePolicyBody{Fault_: fault, Res: new(types.UpdateServicePolicyResponse)}
}

// hostVsan is a host's HostVsanSystem: a host without disks for vSAN.
type hostVsan struct{ mo.HostVsanSystem }

// UpdateVsanTask takes over the configuration.
func (v *hostVsan) UpdateVsanTask(ctx *simulator.Context, req *types.UpdateVsan_Task) soap.HasFault {
	ref := runTask(ctx, v, "updateVsan", func() (types.AnyType, types.BaseMethodFault) {
		merge(&v.Config, &req.Config)
		return nil, nil
	})
	return &methods.UpdateVsan_TaskBody{Res: &types.UpdateVsan_TaskResponse{Returnval: ref}}
}

// QueryDisksForVsan finds no disks.
func (*hostVsan) QueryDisksForVsan(*types.QueryDisksForVsan) soap.HasFault {
	return &methods.QueryDisksForVsanBody{Res: new(types.QueryDisksForVsanResponse)}
}

// QueryHostStatus tells that the host belongs to no vSAN cluster.
func (*hostVsan) QueryHostStatus(*types.QueryHostStatus) soap.HasFault {
	return &methods.QueryHostStatusBody{Res: &types.QueryHostStatusResponse{Returnval: types.VsanHostClusterStatus{
		Health: string(types.VsanHostHealthStateUnknown), NodeState: types.VsanHostClusterStatusState{State: string(types.VsanHostNodeStateAgent)},
	}}}
}
