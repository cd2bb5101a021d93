package main

// registerEndpoints puts our own endpoints beside the simulator's.
func (v *vcenter) registerEndpoints(account credentials) {
	v.service.RegisterSDK(newVsan(v))
	v.service.RegisterSDK(newPbm(v))
	v.registry().SessionManager().ValidLogin = validLogin(account) // the single sign-on stand-in has users of its own
}
