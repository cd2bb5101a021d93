package main

import (
	"reflect"
	"slices"
	"testing"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/property"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

func gislavedHost(r *running, client *govmomi.Client) *object.HostSystem {
	r.t.Helper()
	host, err := r.finder(client).HostSystem(background, "esx01.gislaved.example")
	r.must(err)
	return host
}

func TestHostShowsItsState(t *testing.T) {
	r := start(t)
	client := r.login()
	host := gislavedHost(r, client)
	state := func() types.HostRuntimeInfo {
		t.Helper()
		read := read[mo.HostSystem](r, client, host, "runtime", "summary")
		if read.Summary.Runtime.InMaintenanceMode != read.Runtime.InMaintenanceMode || read.Summary.Runtime.ConnectionState != read.Runtime.ConnectionState {
			t.Errorf("the summary says %+v, the host %+v", read.Summary.Runtime, read.Runtime)
		}
		return read.Runtime
	}
	r.done(host.EnterMaintenanceMode(background, 0, true, nil))
	if !state().InMaintenanceMode {
		t.Error("the host is not in maintenance")
	}
	r.done(host.ExitMaintenanceMode(background, 0))
	r.done(host.Disconnect(background))
	if got := state(); got.InMaintenanceMode || got.ConnectionState != types.HostSystemConnectionStateDisconnected {
		t.Errorf("out of maintenance and disconnected the host is %+v", got)
	}
	r.done(host.Reconnect(background, nil, nil))
	if got := state(); got.ConnectionState != types.HostSystemConnectionStateConnected {
		t.Errorf("reconnected the host is %s", got.ConnectionState)
	}
}

func TestHostWithMachinesIsNotRemoved(t *testing.T) {
	r := start(t)
	client := r.login()
	host := gislavedHost(r, client)
	r.done(host.Disconnect(background))
	task, err := host.Destroy(background)
	r.must(err)
	if task.Wait(background) == nil {
		t.Error("a host was removed with the machines on it")
	}
}

func TestHostLockdownHasExceptions(t *testing.T) {
	r := start(t)
	client := r.login()
	access := *read[mo.HostSystem](r, client, gislavedHost(r, client), "configManager").ConfigManager.HostAccessManager
	_, err := methods.UpdateLockdownExceptions(background, client, &types.UpdateLockdownExceptions{This: access, Users: []string{"backup"}})
	r.must(err)
	res, err := methods.QueryLockdownExceptions(background, client, &types.QueryLockdownExceptions{This: access})
	r.must(err)
	if !slices.Equal(res.Returnval, []string{"backup"}) {
		t.Errorf("the exceptions are %v", res.Returnval)
	}
}

func TestHostTellsTheTime(t *testing.T) {
	r := start(t)
	client := r.login()
	host := gislavedHost(r, client)
	clock, err := host.ConfigManager().DateTimeSystem(background)
	r.must(err)
	if now, err := clock.Query(background); err != nil || now.IsZero() {
		t.Errorf("the time is %v (%v)", now, err)
	}
	zones, err := methods.QueryAvailableTimeZones(background, client, &types.QueryAvailableTimeZones{This: clock.Reference()})
	r.must(err)
	if len(zones.Returnval) != 1 || zones.Returnval[0].Key != "UTC" {
		t.Errorf("the time zones are %+v, ESXi has UTC alone", zones.Returnval)
	}
	_, err = methods.RefreshDateTimeSystem(background, client, &types.RefreshDateTimeSystem{This: clock.Reference()})
	r.must(err)
	r.must(clock.UpdateConfig(background, types.HostDateTimeConfig{NtpConfig: &types.HostNtpConfig{Server: []string{"a", "b"}}}))
	r.must(clock.UpdateConfig(background, types.HostDateTimeConfig{Protocol: "ptp"}))
	info := read[mo.HostSystem](r, client, host, "config.dateTimeInfo").Config.DateTimeInfo
	if info.SystemClockProtocol != "ptp" || !slices.Equal(info.NtpConfig.Server, []string{"a", "b"}) {
		t.Errorf("the clock is %+v: the servers were set before the protocol", info)
	}
}

func TestHostServicesAreRunAndPlanned(t *testing.T) {
	r := start(t)
	client := r.login()
	host := gislavedHost(r, client)
	services, err := host.ConfigManager().ServiceSystem(background)
	r.must(err)
	ntpd := func() types.HostService {
		t.Helper()
		all, err := services.Service(background)
		r.must(err)
		shown := read[mo.HostSystem](r, client, host, "config.service").Config.Service.Service
		at := slices.IndexFunc(all, func(s types.HostService) bool { return s.Key == "ntpd" })
		if all[at].Running != shown[at].Running || all[at].Policy != shown[at].Policy {
			t.Errorf("the service system says %+v, the host %+v", all[at], shown[at])
		}
		return all[at]
	}
	r.must(services.UpdatePolicy(background, "ntpd", "on"))
	r.must(services.Restart(background, "ntpd"))
	if got := ntpd(); got.Policy != "on" || !got.Running {
		t.Errorf("ntpd is %+v", got)
	}
	r.must(services.Stop(background, "ntpd"))
	if ntpd().Running {
		t.Error("ntpd was stopped and runs")
	}
	if services.Start(background, "no-such-service") == nil {
		t.Error("a service that is not there was started")
	}
}

func TestHostVsanSystemIsReadAndSet(t *testing.T) {
	r := start(t)
	client := r.login()
	system := *read[mo.HostSystem](r, client, gislavedHost(r, client), "configManager").ConfigManager.VsanSystem
	res, err := methods.UpdateVsan_Task(background, client, &types.UpdateVsan_Task{This: system, Config: types.VsanHostConfigInfo{
		FaultDomainInfo: &types.VsanHostFaultDomainInfo{Name: "rack-1"},
	}})
	r.must(err)
	r.done(object.NewTask(client.Client, res.Returnval), nil)
	if config := read[mo.HostVsanSystem](r, client, system, "config").Config; config.FaultDomainInfo.Name != "rack-1" {
		t.Errorf("the fault domain is %+v", config.FaultDomainInfo)
	}
	if disks, err := methods.QueryDisksForVsan(background, client, &types.QueryDisksForVsan{This: system}); err != nil || len(disks.Returnval) != 0 {
		t.Errorf("the host offers disks %v (%v)", disks, err)
	}
	if status, err := methods.QueryHostStatus(background, client, &types.QueryHostStatus{This: system}); err != nil || status.Returnval.Health == "" {
		t.Errorf("the status is %+v (%v)", status, err)
	}
}

// What a host names as its managers is there: a client takes a reference to nothing for a host that is gone.
func TestHostNamesNoManagerThatIsNotThere(t *testing.T) {
	r := start(t)
	client := r.login()
	managers := reflect.ValueOf(read[mo.HostSystem](r, client, gislavedHost(r, client), "configManager").ConfigManager)
	for i := range managers.NumField() {
		ref, ok := managers.Field(i).Interface().(*types.ManagedObjectReference)
		if !ok || ref == nil {
			continue
		}
		if _, err := property.DefaultCollector(client.Client).RetrieveProperties(background, types.RetrieveProperties{SpecSet: []types.PropertyFilterSpec{{
			ObjectSet: []types.ObjectSpec{{Obj: *ref}}, PropSet: []types.PropertySpec{{Type: ref.Type, All: types.NewBool(true)}},
		}}}); err != nil {
			t.Errorf("%s can't be read: %v", ref, err)
		}
	}
}

func TestCardsServeKindsOfTraffic(t *testing.T) {
	r := start(t)
	client := r.login()
	cards, err := gislavedHost(r, client).ConfigManager().VirtualNicManager(background)
	r.must(err)
	selected := func() []string {
		t.Helper()
		info, err := cards.Info(background)
		r.must(err)
		for _, each := range info.NetConfig {
			if each.NicType == string(types.HostVirtualNicManagerNicTypeVmotion) {
				return each.SelectedVnic
			}
		}
		t.Fatal("nothing is told about vMotion")
		return nil
	}
	r.must(cards.SelectVnic(background, string(types.HostVirtualNicManagerNicTypeVmotion), "vmk0"))
	if got := selected(); len(got) != 1 {
		t.Errorf("vMotion runs over %v, vmk0 was selected", got)
	}
	r.must(cards.DeselectVnic(background, string(types.HostVirtualNicManagerNicTypeVmotion), "vmk0"))
	if got := selected(); len(got) != 0 {
		t.Errorf("vMotion runs over %v, vmk0 was deselected", got)
	}
	if cards.SelectVnic(background, string(types.HostVirtualNicManagerNicTypeVmotion), "vmk9") == nil {
		t.Error("a card that is not there was selected")
	}
}

func TestHostStartsMachinesInAnOrder(t *testing.T) {
	r := start(t)
	client := r.login()
	host := gislavedHost(r, client)
	machine, err := r.finder(client).VirtualMachine(background, "old-ad-01")
	r.must(err)
	manager := *read[mo.HostSystem](r, client, host, "configManager").ConfigManager.AutoStartManager
	for _, order := range []int32{1, 2} {
		_, err = methods.ReconfigureAutostart(background, client, &types.ReconfigureAutostart{This: manager, Spec: types.HostAutoStartManagerConfig{
			Defaults:  &types.AutoStartDefaults{Enabled: types.NewBool(true)},
			PowerInfo: []types.AutoStartPowerInfo{{Key: machine.Reference(), StartOrder: order, StartAction: "powerOn", StopAction: "powerOff", WaitForHeartbeat: "no"}},
		}})
		r.must(err)
	}
	config := read[mo.HostAutoStartManager](r, client, manager, "config").Config
	if !*config.Defaults.Enabled || config.Defaults.StartDelay != 120 || len(config.PowerInfo) != 1 || config.PowerInfo[0].StartOrder != 2 {
		t.Errorf("the order is %+v with defaults %+v", config.PowerInfo, config.Defaults)
	}
	if shown := read[mo.HostSystem](r, client, host, "config.autoStart").Config.AutoStart; len(shown.PowerInfo) != 1 {
		t.Errorf("the host itself says %+v", shown)
	}
}
