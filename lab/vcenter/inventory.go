package main

import (
	"bytes"
	"context"
	"fmt"
	"os"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
	"gopkg.in/yaml.v3"
)

// inventory is what exists before anybody deploys: the file of --inventory.
type inventory struct {
	Datacenters []datacenterSpec `yaml:"datacenters"`
}

type datacenterSpec struct {
	Name       string        `yaml:"name"`
	Clusters   []clusterSpec `yaml:"clusters"`
	Switches   []switchSpec  `yaml:"switches"`
	Datastores []storeSpec   `yaml:"datastores"`
	Machines   []machineSpec `yaml:"machines"`
}

type clusterSpec struct {
	Name  string   `yaml:"name"`
	Hosts []string `yaml:"hosts"`
}

type switchSpec struct {
	Name       string          `yaml:"name"`
	Uplinks    []string        `yaml:"uplinks"`
	Portgroups []portgroupSpec `yaml:"portgroups"`
}

type portgroupSpec struct {
	Name string `yaml:"name"`
	VLAN int32  `yaml:"vlan"`
}

type storeSpec struct {
	Name   string `yaml:"name"`
	Server string `yaml:"server"`
	Path   string `yaml:"path"`
}

type machineSpec struct {
	Name      string `yaml:"name"`
	Cluster   string `yaml:"cluster"`
	Datastore string `yaml:"datastore"`
	Network   string `yaml:"network"`
	CPUs      int32  `yaml:"vcpu"`
	MemoryGiB int64  `yaml:"ram_gib"`
	DiskGiB   int64  `yaml:"disk_gib"`
	GuestID   string `yaml:"guest_id"`
}

// readInventory reads the file (YAML, and so JSON too); unknown keys are refused.
func readInventory(path string) (inventory, error) {
	var declared inventory
	content, err := os.ReadFile(path)
	if err != nil {
		return declared, fmt.Errorf("--inventory: %w", err)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	if err := decoder.Decode(&declared); err != nil {
		return declared, fmt.Errorf("--inventory %s can't be read: %w", path, err)
	}
	return declared, nil
}

// gatedClient calls the simulator in this process, through the gate as everybody else.
type gatedClient struct{ vcenter *vcenter }

// RoundTrip implements soap.RoundTripper.
func (c gatedClient) RoundTrip(ctx context.Context, req, res soap.HasFault) error {
	return c.vcenter.gate.exclusively(func() error { return c.vcenter.service.RoundTrip(ctx, req, res) })
}

// create makes what the inventory declares, by the same calls that any client makes.
func (v *vcenter) create(declared inventory) error {
	client, err := vim25.NewClient(context.Background(), gatedClient{v})
	if err != nil {
		return err
	}
	for _, spec := range declared.Datacenters {
		b := &builder{ctx: context.Background(), client: client, stores: make(map[string]*object.Datastore)}
		if err := b.datacenter(spec); err != nil {
			return fmt.Errorf("datacenter %s: %w", spec.Name, err)
		}
	}
	return nil
}

// builder makes one declared datacenter.
type builder struct {
	ctx      context.Context
	client   *vim25.Client
	folders  *object.DatacenterFolders
	hosts    []*object.HostSystem
	clusters map[string]*object.ClusterComputeResource
	networks map[string]object.NetworkReference
	stores   map[string]*object.Datastore
}

func (b *builder) datacenter(spec datacenterSpec) error {
	made, err := object.NewRootFolder(b.client).CreateDatacenter(b.ctx, spec.Name)
	if err != nil {
		return err
	}
	if b.folders, err = made.Folders(b.ctx); err != nil {
		return err
	}
	b.clusters = make(map[string]*object.ClusterComputeResource)
	b.networks = make(map[string]object.NetworkReference)
	for _, each := range spec.Clusters {
		if err := b.cluster(each); err != nil {
			return fmt.Errorf("cluster %s: %w", each.Name, err)
		}
	}
	for _, each := range spec.Switches {
		if err := b.distributedSwitch(each); err != nil {
			return fmt.Errorf("switch %s: %w", each.Name, err)
		}
	}
	for _, each := range spec.Datastores {
		if err := b.datastore(each); err != nil {
			return fmt.Errorf("datastore %s: %w", each.Name, err)
		}
	}
	for _, each := range spec.Machines {
		if err := b.machine(each); err != nil {
			return fmt.Errorf("machine %s: %w", each.Name, err)
		}
	}
	return nil
}

func (b *builder) cluster(spec clusterSpec) error {
	yes := types.NewBool(true)
	config := types.ClusterConfigSpecEx{
		DasConfig: &types.ClusterDasConfigInfo{Enabled: yes, AdmissionControlEnabled: yes},
		DrsConfig: &types.ClusterDrsConfigInfo{Enabled: yes},
	}
	made, err := b.folders.HostFolder.CreateCluster(b.ctx, spec.Name, config)
	if err != nil {
		return err
	}
	b.clusters[spec.Name] = made
	for _, name := range spec.Hosts {
		task, err := made.AddHost(b.ctx, types.HostConnectSpec{HostName: name}, true, nil, nil)
		if err != nil {
			return err
		}
		info, err := task.WaitForResult(b.ctx)
		if err != nil {
			return fmt.Errorf("host %s: %w", name, err)
		}
		b.hosts = append(b.hosts, object.NewHostSystem(b.client, info.Result.(types.ManagedObjectReference)))
	}
	return nil
}
