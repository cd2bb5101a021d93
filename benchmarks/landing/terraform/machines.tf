# The machines, and where they may run.
locals {
  guest_ids = {
    "windows-server-2016" = "windows9Server64Guest"
    "windows-server-2019" = "windows2019srv_64Guest"
    "windows-server-2022" = "windows2019srvNext_64Guest"
    "windows-server-2025" = "windows2022srvNext_64Guest"
    "debian-12"           = "debian11_64Guest"
    "ubuntu-22.04"        = "ubuntu64Guest"
    "ubuntu-24.04"        = "ubuntu64Guest"
    "rhel-8"              = "rhel8_64Guest"
    "rhel-9"              = "rhel9_64Guest"
  }
  backup_disk = { for h in local.hosts : h.name => local.plan.capacity.backup_gib[h.site] if startswith(h.role, "backup-") }
  largest     = 62 * 1024
  machines = merge(
    { for s in local.servers : s.name => {
      os       = s.os, vcpu = s.vcpu, ram = s.ram_gib, zone = s.zone
      disks    = [s.disk_gib]
      networks = [vsphere_distributed_port_group.segment[s.segment].id]
      tags     = ["municipality/${s.municipality}", "tier/${s.tier}", "criticality/${s.criticality}", "wave/${s.wave}", "zone/${s.zone}"]
      pool     = vsphere_resource_pool.landing_zone[s.municipality].id
      store    = vsphere_nas_datastore.volume["${s.zone}-${s.municipality}"].id
      folder   = vsphere_folder.landing_zone[s.municipality].path
      note     = "${s.municipality}, ${s.tier}, ${s.criticality}, K/R/T ${s.krt}, ${s.ipv4}"
    } },
    { for h in local.hosts : h.name => {
      os = h.os, vcpu = h.vcpu, ram = h.ram_gib, zone = h.site
      disks = concat(
        [h.disk_gib],
        [for i in range(floor(lookup(local.backup_disk, h.name, 0) / local.largest)) : local.largest],
        [for rest in [lookup(local.backup_disk, h.name, 0) % local.largest] : rest if rest > 0],
      )
      networks = h.role == "firewall" ? [
        vsphere_distributed_port_group.segment["${h.site}-management"].id, vsphere_distributed_port_group.trunk[h.site].id,
      ] : [for name in h.segments : vsphere_distributed_port_group.segment[name].id]
      tags   = ["municipality/shared", "zone/${h.site}"]
      pool   = vsphere_resource_pool.infrastructure[h.site].id
      store  = vsphere_nas_datastore.volume["${h.site}-infrastructure"].id
      folder = vsphere_folder.machines[local.cluster_of[h.site]].path
      note   = "${h.role}, ${h.ipv4}"
    } },
  )
}

resource "vsphere_virtual_machine" "machine" {
  for_each                   = local.machines
  name                       = each.key
  resource_pool_id           = each.value.pool
  datastore_id               = each.value.store
  folder                     = each.value.folder
  num_cpus                   = each.value.vcpu
  memory                     = each.value.ram * 1024
  guest_id                   = lookup(local.guest_ids, each.value.os, "otherGuest64")
  firmware                   = "efi"
  scsi_type                  = "pvscsi"
  annotation                 = each.value.note
  tags                       = [for t in each.value.tags : vsphere_tag.tag[t].id]
  ept_rvi_mode               = "automatic"
  hv_mode                    = "hvAuto"
  sync_time_with_host        = true
  wait_for_guest_net_timeout = 0
  wait_for_guest_ip_timeout  = 0
  dynamic "disk" {
    for_each = each.value.disks
    content {
      label            = "disk${disk.key}"
      size             = disk.value
      unit_number      = disk.key
      thin_provisioned = true
    }
  }
  dynamic "network_interface" {
    for_each = each.value.networks
    content {
      network_id   = network_interface.value
      adapter_type = "vmxnet3"
    }
  }
}

resource "vsphere_compute_cluster_host_group" "zone" {
  for_each           = toset(local.active)
  name               = "${each.key}-hosts"
  compute_cluster_id = vsphere_compute_cluster.cluster["ggvv-active"].id
  host_system_ids    = [for name, h in local.esxi : vsphere_host.esxi[name].id if h.site == each.key]
}

resource "vsphere_compute_cluster_vm_group" "zone" {
  for_each            = toset(local.active)
  name                = "${each.key}-machines"
  compute_cluster_id  = vsphere_compute_cluster.cluster["ggvv-active"].id
  virtual_machine_ids = [for name, m in local.machines : vsphere_virtual_machine.machine[name].id if m.zone == each.key]
}

resource "vsphere_compute_cluster_vm_host_rule" "zone" {
  for_each                 = toset(local.active)
  name                     = "${each.key}-stays"
  compute_cluster_id       = vsphere_compute_cluster.cluster["ggvv-active"].id
  vm_group_name            = vsphere_compute_cluster_vm_group.zone[each.key].name
  affinity_host_group_name = vsphere_compute_cluster_host_group.zone[each.key].name
  mandatory                = false
}

resource "vsphere_compute_cluster_vm_anti_affinity_rule" "pair" {
  for_each            = { for pair, names in local.pairs : pair => names if length(names) > 1 }
  name                = "${each.key}-apart"
  compute_cluster_id  = vsphere_compute_cluster.cluster["ggvv-active"].id
  virtual_machine_ids = [for name in each.value : vsphere_virtual_machine.machine[name].id]
  mandatory           = true
}
