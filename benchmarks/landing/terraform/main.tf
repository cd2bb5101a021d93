# The twin of stack lab-full for Terraform: the same resources with the same inputs, from the same plan
# (`ggvv plan -s lab-full --format json`), so that the two can be timed side by side on the same vCenter.
terraform {
  required_providers {
    vsphere = { source = "hashicorp/vsphere" }
  }
}

variable "plan" {
  description = "path of the plan document"
  type        = string
}

variable "esxi_password" {
  type      = string
  sensitive = true
}

provider "vsphere" {}

locals {
  plan       = jsondecode(file(var.plan))
  platform   = "${local.plan.choices.platform}-tf"
  clusters   = { for c in local.plan.clusters : c.name => c }
  cluster_of = merge([for c in local.plan.clusters : { for s in c.sites : s => c.name }]...)
  active     = [for s in local.plan.sites : s.id if s.role == "active"]
  servers    = { for s in local.plan.servers : s.name => s if s.exists }
  hosts      = { for h in local.plan.hosts : h.name => h }
  esxi       = { for h in local.plan.esxi_hosts : h.name => h }
  people     = [for m in local.plan.municipalities : m.id]
  codes      = { for m in local.plan.municipalities : m.id => m.code }
  segments   = { for s in local.plan.segments : s.name => s }
  pairs = {
    for pair in distinct([for m in concat(values(local.servers), values(local.hosts)) : m.pair if m.pair != null]) :
    pair => [for m in concat(values(local.servers), values(local.hosts)) : m.name if m.pair == pair && lookup(m, "site", "") != "dc3"]
  }
  tags = merge([for category, values in {
    municipality = concat(local.people, ["shared"])
    tier         = ["web", "app", "data"]
    criticality  = ["must-run", "important", "normal"]
    wave         = keys(local.plan.waves)
    zone         = [for s in local.plan.sites : s.id]
  } : { for value in values : "${category}/${value}" => { category = category, name = value } }]...)
  volumes = merge(
    { for s in local.plan.sites : "${s.id}-infrastructure" => { site = s.id, tags = ["municipality/shared", "zone/${s.id}"] } },
    { for pair in setproduct(local.active, local.people) : "${pair[0]}-${pair[1]}" => { site = pair[0], tags = ["municipality/${pair[1]}", "zone/${pair[0]}"] } },
  )
}

resource "vsphere_datacenter" "platform" {
  name = local.platform
}

resource "vsphere_tag_category" "category" {
  for_each         = toset(["municipality", "tier", "criticality", "wave", "zone"])
  name             = "${local.platform}-${each.key}"
  cardinality      = "SINGLE"
  associable_types = ["VirtualMachine", "Datastore", "ResourcePool", "Folder", "DistributedVirtualPortgroup"]
}

resource "vsphere_tag" "tag" {
  for_each    = local.tags
  name        = each.value.name
  category_id = vsphere_tag_category.category[each.value.category].id
}

resource "vsphere_role" "operator" {
  name = "${local.platform}-municipality-operator"
  role_privileges = [
    "VirtualMachine.Interact.ConsoleInteract", "VirtualMachine.Interact.PowerOff", "VirtualMachine.Interact.PowerOn",
    "VirtualMachine.Interact.Reset", "VirtualMachine.State.CreateSnapshot", "VirtualMachine.State.RemoveSnapshot",
    "VirtualMachine.State.RevertToSnapshot",
  ]
}

resource "vsphere_compute_cluster" "cluster" {
  for_each                                              = local.clusters
  name                                                  = each.key
  datacenter_id                                         = vsphere_datacenter.platform.moid
  host_managed                                          = true
  drs_enabled                                           = true
  drs_automation_level                                  = "fullyAutomated"
  ha_enabled                                            = true
  ha_host_monitoring                                    = "enabled"
  ha_vm_monitoring                                      = "vmMonitoringOnly"
  ha_vm_component_protection                            = "enabled"
  ha_datastore_pdl_response                             = "restartAggressive"
  ha_datastore_apd_response                             = "restartConservative"
  ha_host_isolation_response                            = "powerOff"
  ha_admission_control_policy                           = "resourcePercentage"
  ha_admission_control_resource_percentage_auto_compute = false
  ha_admission_control_resource_percentage_cpu          = 50
  ha_admission_control_resource_percentage_memory       = 50
}

resource "vsphere_host" "esxi" {
  for_each = local.esxi
  hostname = replace(each.value.fqdn, "lab-full", "lab-full-tf")
  username = "root"
  password = var.esxi_password
  cluster  = vsphere_compute_cluster.cluster[local.cluster_of[each.value.site]].id
}

resource "vsphere_distributed_virtual_switch" "core" {
  for_each                         = local.clusters
  name                             = "${each.key}-core"
  datacenter_id                    = vsphere_datacenter.platform.moid
  uplinks                          = ["fabric-a", "fabric-b"]
  active_uplinks                   = ["fabric-a", "fabric-b"]
  standby_uplinks                  = []
  teaming_policy                   = "loadbalance_srcid"
  check_beacon                     = false
  failback                         = true
  notify_switches                  = true
  max_mtu                          = 9000
  link_discovery_protocol          = "lldp"
  link_discovery_operation         = "both"
  network_resource_control_enabled = true
  network_resource_control_version = "version3"
  allow_promiscuous                = false
  allow_forged_transmits           = false
  allow_mac_changes                = false
  dynamic "host" {
    for_each = { for name, h in local.esxi : name => h if contains(each.value.sites, h.site) }
    content {
      host_system_id = vsphere_host.esxi[host.key].id
      devices        = ["vmnic0", "vmnic1"]
    }
  }
}

resource "vsphere_distributed_port_group" "segment" {
  for_each                        = local.segments
  name                            = each.key
  distributed_virtual_switch_uuid = vsphere_distributed_virtual_switch.core[local.cluster_of[each.value.spans[0]]].id
  vlan_id                         = each.value.vlan
  description                     = "${each.value.zone}: ${each.value.ipv4}, ${each.value.ipv6}"
  block_override_allowed          = false
  allow_promiscuous               = false
  allow_forged_transmits          = false
  allow_mac_changes               = false
}

resource "vsphere_distributed_port_group" "trunk" {
  for_each                        = local.cluster_of
  name                            = "${each.key}-firewall-trunk"
  distributed_virtual_switch_uuid = vsphere_distributed_virtual_switch.core[each.value].id
  description                     = "firewall trunk"
  block_override_allowed          = false
  allow_promiscuous               = false
  allow_forged_transmits          = false
  allow_mac_changes               = false
  dynamic "vlan_range" {
    for_each = toset([for s in local.segments : s.vlan if contains(s.spans, each.key)])
    content {
      min_vlan = vlan_range.value
      max_vlan = vlan_range.value
    }
  }
}

resource "vsphere_folder" "machines" {
  for_each      = local.clusters
  path          = "${local.platform}-${trimprefix(each.key, "ggvv-")}"
  type          = "vm"
  datacenter_id = vsphere_datacenter.platform.moid
}

resource "vsphere_folder" "landing_zone" {
  for_each      = toset(local.people)
  path          = "${vsphere_folder.machines["ggvv-active"].path}/${each.key}"
  type          = "vm"
  datacenter_id = vsphere_datacenter.platform.moid
  tags          = [vsphere_tag.tag["municipality/${each.key}"].id]
}

resource "vsphere_resource_pool" "landing_zone" {
  for_each                = toset(local.people)
  name                    = each.key
  parent_resource_pool_id = vsphere_compute_cluster.cluster["ggvv-active"].resource_pool_id
  cpu_share_level         = "custom"
  cpu_shares              = sum([for s in local.servers : s.vcpu if s.municipality == each.key]) * 1000
  cpu_limit               = sum([for s in local.servers : s.vcpu if s.municipality == each.key]) * 1000
  memory_share_level      = "custom"
  memory_shares           = sum([for s in local.servers : s.ram_gib if s.municipality == each.key]) * 10240
  memory_limit            = sum([for s in local.servers : s.ram_gib if s.municipality == each.key]) * 1126
  tags                    = [vsphere_tag.tag["municipality/${each.key}"].id]
}

resource "vsphere_resource_pool" "infrastructure" {
  for_each                = local.cluster_of
  name                    = "${each.key}-infrastructure"
  parent_resource_pool_id = vsphere_compute_cluster.cluster[each.value].resource_pool_id
  cpu_share_level         = "high"
  memory_share_level      = "high"
  tags                    = [for t in ["municipality/shared", "zone/${each.key}"] : vsphere_tag.tag[t].id]
}

resource "vsphere_entity_permissions" "folder" {
  for_each    = toset(local.people)
  entity_id   = vsphere_folder.landing_zone[each.key].id
  entity_type = "Folder"
  permissions {
    user_or_group = "GGVV\\${local.platform}-${local.codes[each.key]}-administrators-tier1"
    is_group      = true
    propagate     = true
    role_id       = vsphere_role.operator.id
  }
}

resource "vsphere_entity_permissions" "pool" {
  for_each    = toset(local.people)
  entity_id   = vsphere_resource_pool.landing_zone[each.key].id
  entity_type = "ResourcePool"
  permissions {
    user_or_group = "GGVV\\${local.platform}-${local.codes[each.key]}-administrators-tier1"
    is_group      = true
    propagate     = true
    role_id       = vsphere_role.operator.id
  }
}

resource "vsphere_nas_datastore" "volume" {
  for_each        = local.volumes
  name            = "${each.key}-tf"
  type            = "NFS41"
  remote_hosts    = [cidrhost(local.segments["${each.value.site}-storage"].ipv4, 10)]
  remote_path     = "/${each.key}-tf"
  access_mode     = "readWrite"
  security_type   = "AUTH_SYS"
  host_system_ids = [for name, h in local.esxi : vsphere_host.esxi[name].id if local.cluster_of[h.site] == local.cluster_of[each.value.site]]
  tags            = [for t in each.value.tags : vsphere_tag.tag[t].id]
}
