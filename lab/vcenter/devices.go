package main

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// completeDevices gives a machine devices of its own (the simulator's machines share the controllers that each begins
// with, so every one lists the others' cards), with controllers that list what is on them, and vCenter's labels.
func completeDevices(machine *simulator.VirtualMachine) {
	hardware := &machine.Config.Hardware
	own := deepCopy(reflect.ValueOf(object.VirtualDeviceList(hardware.Device))).Interface().(object.VirtualDeviceList)
	for _, device := range own {
		if controller, ok := device.(types.BaseVirtualController); ok {
			controller.GetVirtualController().Device = devicesOn(own, device.GetVirtualDevice().Key)
		}
		setLabel(own, device)
	}
	hardware.Device = own
}

func devicesOn(list object.VirtualDeviceList, controller int32) []int32 {
	var keys []int32
	for _, device := range list {
		if d := device.GetVirtualDevice(); d.ControllerKey == controller && d.Key != controller {
			keys = append(keys, d.Key)
		}
	}
	return keys
}

// setLabel names a device as vCenter does, whatever the client called it: kind and the first number that is free.
func setLabel(list object.VirtualDeviceList, device types.BaseVirtualDevice) {
	kind, first := labelOf(device)
	if kind == "" {
		return
	}
	d := device.GetVirtualDevice()
	if d.DeviceInfo == nil {
		d.DeviceInfo = new(types.Description)
	}
	label := &d.DeviceInfo.GetDescription().Label
	if *label == kind || strings.HasPrefix(*label, kind+" ") {
		return
	}
	if first < 0 {
		*label = kind
		return
	}
	for number := first; ; number++ {
		if wanted := fmt.Sprintf("%s %d", kind, number); !labelled(list, wanted) {
			*label = wanted
			return
		}
	}
}

func labelled(list object.VirtualDeviceList, label string) bool {
	return position(list, func(each types.BaseVirtualDevice) bool {
		info := each.GetVirtualDevice().DeviceInfo
		return info != nil && info.GetDescription().Label == label
	}) >= 0
}

// labelOf is what vCenter calls a kind of device and the number it begins to count with; none for what there is one of.
func labelOf(device types.BaseVirtualDevice) (string, int) {
	switch device.(type) {
	case *types.VirtualDisk:
		return "Hard disk", 1
	case *types.VirtualCdrom:
		return "CD/DVD drive", 1
	case *types.VirtualFloppy:
		return "Floppy drive", 1
	case *types.VirtualSerialPort:
		return "Serial port", 1
	case types.BaseVirtualEthernetCard:
		return "Network adapter", 1
	case types.BaseVirtualSCSIController:
		return "SCSI controller", 0
	case types.BaseVirtualSATAController:
		return "SATA controller", 0
	case *types.VirtualNVMEController:
		return "NVME controller", 0
	case *types.VirtualUSBXHCIController:
		return "USB xHCI controller", -1
	case *types.VirtualUSBController:
		return "USB controller", -1
	case *types.VirtualTPM:
		return "Virtual TPM", -1
	}
	return "", 0
}

// noteNetworks keeps the networks' lists of the machines that are on them, which stock vcsim leaves empty.
func noteNetworks(registry *simulator.Registry, machine types.ManagedObjectReference, on []types.ManagedObjectReference) {
	for _, kind := range []string{"Network", "DistributedVirtualPortgroup"} {
		for _, entity := range registry.All(kind) {
			network := networkOf(entity)
			if network == nil {
				continue
			}
			switch listed := contains(network.Vm, machine); {
			case contains(on, network.Self) && !listed:
				network.Vm = with(network.Vm, machine)
			case listed && !contains(on, network.Self):
				network.Vm = without(network.Vm, machine)
			}
		}
	}
}

func networkOf(entity mo.Entity) *mo.Network {
	switch x := entity.(type) {
	case *mo.Network:
		return x
	case *simulator.DistributedVirtualPortgroup:
		return &x.Network
	}
	return nil
}
