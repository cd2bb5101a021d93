package main

import (
	"fmt"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/types"
)

func (b *builder) distributedSwitch(spec switchSpec) error {
	config := &types.VMwareDVSConfigSpec{}
	config.Name = spec.Name
	if len(spec.Uplinks) != 0 {
		config.UplinkPortPolicy = &types.DVSNameArrayUplinkPortPolicy{UplinkPortName: spec.Uplinks}
	}
	for _, each := range b.hosts {
		config.Host = append(config.Host, types.DistributedVirtualSwitchHostMemberConfigSpec{
			Operation: string(types.ConfigSpecOperationAdd), Host: each.Reference(),
		})
	}
	task, err := b.folders.NetworkFolder.CreateDVS(b.ctx, types.DVSCreateSpec{ConfigSpec: config})
	if err != nil {
		return err
	}
	info, err := task.WaitForResult(b.ctx)
	if err != nil {
		return err
	}
	made := object.NewDistributedVirtualSwitch(b.client, info.Result.(types.ManagedObjectReference))
	for _, each := range spec.Portgroups {
		if err := b.portgroup(made, each); err != nil {
			return fmt.Errorf("port group %s: %w", each.Name, err)
		}
	}
	return nil
}

func (b *builder) portgroup(on *object.DistributedVirtualSwitch, spec portgroupSpec) error {
	config := types.DVPortgroupConfigSpec{
		Name: spec.Name, Type: string(types.DistributedVirtualPortgroupPortgroupTypeEarlyBinding), NumPorts: 128,
		DefaultPortConfig: &types.VMwareDVSPortSetting{Vlan: &types.VmwareDistributedVirtualSwitchVlanIdSpec{VlanId: spec.VLAN}},
	}
	res, err := methods.CreateDVPortgroup_Task(b.ctx, b.client, &types.CreateDVPortgroup_Task{This: on.Reference(), Spec: config})
	if err != nil {
		return err
	}
	task := object.NewTask(b.client, res.Returnval)
	info, err := task.WaitForResult(b.ctx)
	if err != nil {
		return err
	}
	b.networks[spec.Name] = object.NewDistributedVirtualPortgroup(b.client, info.Result.(types.ManagedObjectReference))
	return nil
}

func (b *builder) datastore(spec storeSpec) error {
	for _, each := range b.hosts {
		system, err := each.ConfigManager().DatastoreSystem(b.ctx)
		if err != nil {
			return err
		}
		b.stores[spec.Name], err = system.CreateNasDatastore(b.ctx, types.HostNasVolumeSpec{
			RemoteHost: spec.Server, RemotePath: spec.Path, LocalPath: spec.Name, AccessMode: string(types.HostMountModeReadWrite),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) machine(spec machineSpec) error {
	on, known := b.clusters[spec.Cluster]
	if !known {
		return fmt.Errorf("its cluster %q is not declared", spec.Cluster)
	}
	if b.stores[spec.Datastore] == nil {
		return fmt.Errorf("its datastore %q is not declared", spec.Datastore)
	}
	network, known := b.networks[spec.Network]
	if !known {
		return fmt.Errorf("its network %q is not declared", spec.Network)
	}
	devices, err := b.devices(spec, network)
	if err != nil {
		return err
	}
	pool, err := on.ResourcePool(b.ctx)
	if err != nil {
		return err
	}
	config := types.VirtualMachineConfigSpec{
		Name: spec.Name, NumCPUs: max(spec.CPUs, 1), MemoryMB: max(spec.MemoryGiB, 1) * 1024, GuestId: spec.GuestID,
		Annotation: "Old load: stands here from before.", DeviceChange: devices,
		Files: &types.VirtualMachineFileInfo{VmPathName: fmt.Sprintf("[%s]", spec.Datastore)},
	}
	if config.GuestId == "" {
		config.GuestId = string(types.VirtualMachineGuestOsIdentifierWindows2019srv_64Guest)
	}
	task, err := b.folders.VmFolder.CreateVM(b.ctx, config, pool, nil)
	if err != nil {
		return err
	}
	info, err := task.WaitForResult(b.ctx)
	if err != nil {
		return err
	}
	task, err = object.NewVirtualMachine(b.client, info.Result.(types.ManagedObjectReference)).PowerOn(b.ctx)
	if err != nil {
		return err
	}
	return task.Wait(b.ctx)
}

// devices are a disk on a paravirtual controller and a network card.
func (b *builder) devices(spec machineSpec, network object.NetworkReference) ([]types.BaseVirtualDeviceConfigSpec, error) {
	backing, err := network.EthernetCardBackingInfo(b.ctx)
	if err != nil {
		return nil, err
	}
	var devices object.VirtualDeviceList
	controller, err := devices.CreateSCSIController("pvscsi")
	if err != nil {
		return nil, err
	}
	card, err := devices.CreateEthernetCard("vmxnet3", backing)
	if err != nil {
		return nil, err
	}
	disk := devices.CreateDisk(controller.(types.BaseVirtualController), b.stores[spec.Datastore].Reference(), "")
	disk.CapacityInKB = max(spec.DiskGiB, 1) << 20
	return append(devices, controller, disk, card).ConfigSpec(types.VirtualDeviceConfigSpecOperationAdd)
}
