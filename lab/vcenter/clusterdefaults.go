package main

import (
	"reflect"

	"github.com/vmware/govmomi/vim25/types"
)

// newClusterConfig is the configuration of a new cluster in vCenter: everything there, HA, DRS and the rest off.
func newClusterConfig() *types.ClusterConfigInfoEx {
	no, yes := types.NewBool(false), types.NewBool(true)
	return &types.ClusterConfigInfoEx{
		ComputeResourceConfigInfo: types.ComputeResourceConfigInfo{
			VmSwapPlacement: string(types.VirtualMachineConfigInfoSwapPlacementTypeVmDirectory),
			SpbmEnabled:     no,
		},
		DasConfig: newDasConfig(),
		DrsConfig: types.ClusterDrsConfigInfo{
			Enabled: no, EnableVmBehaviorOverrides: yes, DefaultVmBehavior: types.DrsBehaviorFullyAutomated, VmotionRate: 3,
			ScaleDescendantsShares: "disabled",
		},
		Orchestration: &types.ClusterOrchestrationInfo{
			DefaultVmReadiness: &types.ClusterVmReadiness{ReadyCondition: string(types.ClusterVmReadinessReadyConditionNone)},
		},
		DpmConfigInfo:  &types.ClusterDpmConfigInfo{Enabled: no, DefaultDpmBehavior: types.DpmBehaviorManual, HostPowerActionRate: 3},
		VsanConfigInfo: &types.VsanClusterConfigInfo{Enabled: no, DefaultConfig: &types.VsanClusterConfigInfoHostDefaultInfo{AutoClaimStorage: no}},
		InfraUpdateHaConfig: &types.ClusterInfraUpdateHaConfigInfo{
			Enabled: no, Behavior: string(types.ClusterInfraUpdateHaConfigInfoBehaviorTypeManual),
			ModerateRemediation: string(types.ClusterInfraUpdateHaConfigInfoRemediationTypeQuarantineMode),
			SevereRemediation:   string(types.ClusterInfraUpdateHaConfigInfoRemediationTypeQuarantineMode),
		},
		ProactiveDrsConfig: &types.ClusterProactiveDrsConfigInfo{Enabled: no},
		CryptoConfig:       &types.ClusterCryptoConfigInfo{CryptoMode: "onDemand"},
	}
}

func newDasConfig() types.ClusterDasConfigInfo {
	return types.ClusterDasConfigInfo{
		Enabled: types.NewBool(false), AdmissionControlEnabled: types.NewBool(true), FailoverLevel: 1,
		VmMonitoring:               string(types.ClusterDasConfigInfoVmMonitoringStateVmMonitoringDisabled),
		HostMonitoring:             string(types.ClusterDasConfigInfoServiceStateEnabled),
		VmComponentProtecting:      string(types.ClusterDasConfigInfoServiceStateEnabled),
		HBDatastoreCandidatePolicy: string(types.ClusterDasConfigInfoHBDatastoreCandidateAllFeasibleDsWithUserPreference),
		AdmissionControlPolicy: &types.ClusterFailoverResourcesAdmissionControlPolicy{
			CpuFailoverResourcesPercent: 0, MemoryFailoverResourcesPercent: 0, FailoverLevel: 1, AutoComputePercentages: types.NewBool(true),
		},
		DefaultVmSettings: &types.ClusterDasVmSettings{
			RestartPriority: string(types.DasVmPriorityMedium), RestartPriorityTimeout: 600,
			IsolationResponse: string(types.ClusterDasVmSettingsIsolationResponseNone),
			VmToolsMonitoringSettings: &types.ClusterVmToolsMonitoringSettings{
				Enabled: types.NewBool(false), VmMonitoring: string(types.ClusterDasConfigInfoVmMonitoringStateVmMonitoringDisabled),
				ClusterSettings: types.NewBool(true), FailureInterval: 30, MinUpTime: 120, MaxFailures: 3, MaxFailureWindow: -1,
			},
			VmComponentProtectionSettings: &types.ClusterVmComponentProtectionSettings{
				VmStorageProtectionForAPD: "disabled", VmStorageProtectionForPDL: "disabled", VmReactionOnAPDCleared: "none",
				VmTerminateDelayForAPDSec: 180, EnableAPDTimeoutForHosts: types.NewBool(false),
			},
		},
	}
}

func isNil(value any) bool {
	return value == nil || (reflect.ValueOf(value).Kind() == reflect.Pointer && reflect.ValueOf(value).IsNil())
}
