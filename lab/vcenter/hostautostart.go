package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// hostAutoStart is a host's HostAutoStartManager: which machines start with it. Nothing here ever starts with it.
type hostAutoStart struct {
	mo.HostAutoStartManager
	host *simulator.HostSystem
}

func newAutoStart(h *simulator.HostSystem) *hostAutoStart {
	manager := &hostAutoStart{host: h}
	manager.Self.Type = "HostAutoStartManager"
	manager.show(types.HostAutoStartManagerConfig{Defaults: &types.AutoStartDefaults{
		Enabled: types.NewBool(false), StartDelay: 120, StopDelay: 120, StopAction: string(types.AutoStartActionPowerOff), WaitForHeartbeat: types.NewBool(false),
	}})
	return manager
}

func (m *hostAutoStart) show(config types.HostAutoStartManagerConfig) {
	m.Config = config
	m.host.Config.AutoStart = &config
}

// ReconfigureAutostart takes over the defaults, and the settings machine by machine.
func (m *hostAutoStart) ReconfigureAutostart(req *types.ReconfigureAutostart) soap.HasFault {
	config := m.Config
	defaults := *config.Defaults
	if req.Spec.Defaults != nil {
		merge(&defaults, req.Spec.Defaults)
	}
	config.Defaults, config.PowerInfo = &defaults, append([]types.AutoStartPowerInfo(nil), config.PowerInfo...)
	for _, info := range req.Spec.PowerInfo {
		at := position(config.PowerInfo, func(each types.AutoStartPowerInfo) bool { return each.Key == info.Key })
		if at < 0 {
			config.PowerInfo = append(config.PowerInfo, info)
		} else {
			config.PowerInfo[at] = info
		}
	}
	m.show(config)
	return &methods.ReconfigureAutostartBody{Res: new(types.ReconfigureAutostartResponse)}
}
