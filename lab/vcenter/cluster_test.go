package main

import (
	"testing"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/types"
)

func TestClusterIsReconfiguredByTheOlderCallToo(t *testing.T) {
	r := start(t)
	client := r.login()
	cluster, err := r.finder(client).ClusterComputeResource(background, "gislaved-prod")
	r.must(err)
	res, err := methods.ReconfigureCluster_Task(background, client, &types.ReconfigureCluster_Task{
		This: cluster.Reference(), Modify: true, Spec: types.ClusterConfigSpec{DrsConfig: &types.ClusterDrsConfigInfo{VmotionRate: 5}},
	})
	r.must(err)
	r.done(object.NewTask(client.Client, res.Returnval), nil)
	if config := clusterConfigOf(r, client, cluster); config.DrsConfig.VmotionRate != 5 || !*config.DasConfig.Enabled {
		t.Errorf("DRS is %+v, HA is %+v", config.DrsConfig, config.DasConfig)
	}
}
