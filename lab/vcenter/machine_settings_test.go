package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// newMachine makes a machine on Gislaved's cluster.
func (r *running) newMachine(client *govmomi.Client, spec types.VirtualMachineConfigSpec) *object.VirtualMachine {
	r.t.Helper()
	finder := r.finder(client)
	pool, err := finder.ResourcePool(background, "gislaved-prod/Resources")
	r.must(err)
	folders, err := mustDatacenter(r, finder).Folders(background)
	r.must(err)
	spec.Files = &types.VirtualMachineFileInfo{VmPathName: "[gislaved-san-01]"}
	if spec.GuestId == "" {
		spec.GuestId = "debian11_64Guest"
	}
	return object.NewVirtualMachine(client.Client, r.done(folders.VmFolder.CreateVM(background, spec, pool, nil)).(types.ManagedObjectReference))
}

func (r *running) configOf(client *govmomi.Client, of mo.Reference) *types.VirtualMachineConfigInfo {
	r.t.Helper()
	return read[mo.VirtualMachine](r, client, of, "config").Config
}

// TestMachineKeepsWhatTheProviderWrites sets what terraform-provider-vsphere's virtual machine sets at create and
// update and reads what it reads, since each difference would be a change for ever.
func TestMachineKeepsWhatTheProviderWrites(t *testing.T) {
	r := start(t)
	client := r.login()
	yes, no := types.NewBool(true), types.NewBool(false)
	spec := types.VirtualMachineConfigSpec{
		Name: "kept", NumCPUs: 8, NumCoresPerSocket: types.NewInt32(4), MemoryMB: 2048, Firmware: "efi", Annotation: "a", Version: "vmx-21",
		MemoryHotAddEnabled: yes, CpuHotAddEnabled: yes, CpuHotRemoveEnabled: no, NestedHVEnabled: yes, VPMCEnabled: yes, SwapPlacement: "inherit",
		Flags: &types.VirtualMachineFlagInfo{
			DiskUuidEnabled: yes, VirtualExecUsage: "hvAuto", VirtualMmuUsage: "automatic", EnableLogging: yes, VbsEnabled: no, VvtdEnabled: yes,
		},
		Tools: &types.ToolsConfigInfo{
			SyncTimeWithHostAllowed: yes, SyncTimeWithHost: no, ToolsUpgradePolicy: "manual", AfterPowerOn: yes, AfterResume: yes,
			BeforeGuestStandby: yes, BeforeGuestShutdown: yes, BeforeGuestReboot: no,
		},
		BootOptions:                  &types.VirtualMachineBootOptions{BootRetryEnabled: no, BootRetryDelay: 10000, EfiSecureBootEnabled: yes},
		LatencySensitivity:           &types.LatencySensitivity{Level: types.LatencySensitivitySensitivityLevelHigh},
		CpuAllocation:                &types.ResourceAllocationInfo{Limit: types.NewInt64(-1), Reservation: types.NewInt64(0), Shares: &types.SharesInfo{Level: "high"}},
		MemoryAllocation:             &types.ResourceAllocationInfo{Limit: types.NewInt64(-1), Reservation: types.NewInt64(2048), Shares: &types.SharesInfo{Level: "low"}},
		MemoryReservationLockedToMax: yes,
		VirtualNuma:                  &types.VirtualMachineVirtualNuma{CoresPerNumaNode: types.NewInt32(4)},
		ExtraConfig:                  []types.BaseOptionValue{&types.OptionValue{Key: "guestinfo.a", Value: "b"}},
	}
	machine := r.newMachine(client, spec)
	check := func(when string) {
		t.Helper()
		config := r.configOf(client, machine)
		for what, kept := range map[string]bool{
			"cores per socket":     *config.Hardware.NumCoresPerSocket == 4,
			"hardware version":     config.Version == "vmx-21",
			"hot add":              *config.MemoryHotAddEnabled && *config.CpuHotAddEnabled && !*config.CpuHotRemoveEnabled,
			"nested HV":            *config.NestedHVEnabled,
			"performance counters": config.VPMCEnabled != nil && *config.VPMCEnabled,
			"flags":                *config.Flags.DiskUuidEnabled && config.Flags.VirtualExecUsage == "hvAuto" && *config.Flags.VvtdEnabled && !*config.Flags.VbsEnabled,
			"time from the host":   *config.Tools.SyncTimeWithHostAllowed && !*config.Tools.SyncTimeWithHost,
			"tools' scripts":       *config.Tools.AfterPowerOn && !*config.Tools.BeforeGuestReboot && config.Tools.ToolsUpgradePolicy == "manual",
			"boot options":         config.BootOptions.BootRetryDelay == 10000 && *config.BootOptions.EfiSecureBootEnabled,
			"latency":              config.LatencySensitivity.Level == types.LatencySensitivitySensitivityLevelHigh,
			"cpu shares":           config.CpuAllocation.Shares.Level == "high" && config.CpuAllocation.Shares.Shares == 16000,
			"memory shares":        config.MemoryAllocation.Shares.Shares == 10240 && *config.MemoryAllocation.Reservation == 2048,
			"locked memory":        *config.MemoryReservationLockedToMax,
			"NUMA":                 config.NumaInfo != nil && config.NumaInfo.CoresPerNumaNode != nil && *config.NumaInfo.CoresPerNumaNode == 4,
			"extra config": slices.ContainsFunc(config.ExtraConfig, func(o types.BaseOptionValue) bool {
				return o.GetOptionValue().Key == "guestinfo.a" && o.GetOptionValue().Value == "b"
			}),
		} {
			if !kept {
				t.Errorf("%s: %s lost", when, what)
			}
		}
	}
	check("after the create")
	again := spec
	again.Version, again.ExtraConfig, again.VirtualNuma = "", nil, nil
	r.done(machine.Reconfigure(background, again))
	check("after an update with the same")
	r.done(machine.Reconfigure(background, types.VirtualMachineConfigSpec{Annotation: "b"}))
	check("after an update of something else")
}

// In vSphere 8 no cores per socket means that vCenter chooses, and says so.
func TestMachineChoosesItsCoresPerSocket(t *testing.T) {
	r := start(t)
	client := r.login()
	machine := r.newMachine(client, types.VirtualMachineConfigSpec{Name: "auto", NumCPUs: 4, NumCoresPerSocket: types.NewInt32(0), MemoryMB: 512})
	config := r.configOf(client, machine)
	if config.Hardware.AutoCoresPerSocket == nil || !*config.Hardware.AutoCoresPerSocket || *config.Hardware.NumCoresPerSocket == 0 {
		t.Errorf("cores per socket are chosen by %v and are %v", config.Hardware.AutoCoresPerSocket, config.Hardware.NumCoresPerSocket)
	}
	if config.NumaInfo == nil || !*config.NumaInfo.AutoCoresPerNumaNode {
		t.Errorf("NUMA is %+v", config.NumaInfo)
	}
}

// devices are what a client may add to a machine: disks and drives on controllers of every kind, cards, a TPM.
func devices() []types.BaseVirtualDeviceConfigSpec {
	add := func(device types.BaseVirtualDevice, key, controller int32, unit *int32) types.BaseVirtualDeviceConfigSpec {
		d := device.GetVirtualDevice()
		d.Key, d.ControllerKey, d.UnitNumber = key, controller, unit
		spec := &types.VirtualDeviceConfigSpec{Operation: types.VirtualDeviceConfigSpecOperationAdd, Device: device}
		if _, ok := device.(*types.VirtualDisk); ok {
			spec.FileOperation = types.VirtualDeviceConfigSpecFileOperationCreate
		}
		return spec
	}
	disk := func() *types.VirtualDisk {
		return &types.VirtualDisk{CapacityInKB: 1024, VirtualDevice: types.VirtualDevice{
			Backing: &types.VirtualDiskFlatVer2BackingInfo{DiskMode: "persistent", ThinProvisioned: types.NewBool(true)},
		}}
	}
	unit := types.NewInt32
	scsi := &types.ParaVirtualSCSIController{VirtualSCSIController: types.VirtualSCSIController{SharedBus: types.VirtualSCSISharingNoSharing}}
	drive := &types.VirtualCdrom{VirtualDevice: types.VirtualDevice{Backing: &types.VirtualCdromRemotePassthroughBackingInfo{}}}
	return []types.BaseVirtualDeviceConfigSpec{
		add(scsi, -1, 0, nil), add(new(types.VirtualNVMEController), -2, 0, nil), add(new(types.VirtualAHCIController), -3, 0, nil),
		add(disk(), -4, -1, unit(0)), add(disk(), -5, -2, unit(0)), add(disk(), -6, -3, unit(0)),
		add(drive, -7, -3, unit(1)), add(new(types.VirtualTPM), -8, 100, nil),
	}
}

func TestMachineTakesDevicesOfEveryKind(t *testing.T) {
	r := start(t)
	client := r.login()
	made := r.newMachine(client, types.VirtualMachineConfigSpec{Name: "made", NumCPUs: 1, MemoryMB: 512, Firmware: "efi", DeviceChange: devices()})
	changed := r.newMachine(client, types.VirtualMachineConfigSpec{Name: "changed", NumCPUs: 1, MemoryMB: 512, Firmware: "efi"})
	r.done(changed.Reconfigure(background, types.VirtualMachineConfigSpec{DeviceChange: devices()}))
	for _, machine := range []*object.VirtualMachine{made, changed} {
		list := object.VirtualDeviceList(r.configOf(client, machine).Hardware.Device)
		for what, kind := range map[string]struct {
			device types.BaseVirtualDevice
			count  int
		}{
			"disks": {new(types.VirtualDisk), 3}, "drives": {new(types.VirtualCdrom), 1}, "TPM": {new(types.VirtualTPM), 1},
			"NVMe": {new(types.VirtualNVMEController), 1}, "SATA": {new(types.VirtualAHCIController), 1}, "SCSI": {new(types.ParaVirtualSCSIController), 1},
		} {
			if got := list.SelectByType(kind.device); len(got) != kind.count {
				t.Errorf("%d %s are there, %d were added", len(got), what, kind.count)
			}
		}
		for _, device := range list {
			d := device.GetVirtualDevice()
			if d.Key <= 0 || (d.ControllerKey != 0 && list.FindByKey(d.ControllerKey) == nil) {
				t.Errorf("device %d hangs on %d, which is not there", d.Key, d.ControllerKey)
			}
			controller, ok := device.(types.BaseVirtualController)
			if !ok {
				continue
			}
			for _, key := range controller.GetVirtualController().Device {
				if on := list.FindByKey(key); on == nil || on.GetVirtualDevice().ControllerKey != d.Key {
					t.Errorf("controller %d lists device %d, which is not on it", d.Key, key)
				}
			}
		}
	}
}

func TestDevicesHaveTheLabelsOfVCenter(t *testing.T) {
	r := start(t)
	client := r.login()
	finder := r.finder(client)
	machine := r.newMachine(client, types.VirtualMachineConfigSpec{Name: "labelled", NumCPUs: 1, MemoryMB: 512, Firmware: "efi", DeviceChange: devices()})
	network, err := finder.Network(background, "gislaved-servers")
	r.must(err)
	backing, err := network.EthernetCardBackingInfo(background)
	r.must(err)
	for range 2 {
		card, err := object.EthernetCardTypes().CreateEthernetCard("vmxnet3", backing)
		r.must(err)
		r.must(machine.AddDevice(background, card))
	}
	var labels []string
	for _, device := range r.configOf(client, machine).Hardware.Device {
		labels = append(labels, device.GetVirtualDevice().DeviceInfo.GetDescription().Label)
	}
	for _, wanted := range []string{
		"SCSI controller 0", "NVME controller 0", "SATA controller 0", "Hard disk 1", "Hard disk 2", "Hard disk 3", "CD/DVD drive 1",
		"Network adapter 1", "Network adapter 2", "Virtual TPM",
	} {
		if !slices.Contains(labels, wanted) {
			t.Errorf("no device is called %q; there are %s", wanted, strings.Join(labels, ", "))
		}
	}
}
