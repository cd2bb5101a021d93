package main

// registerEndpoints puts our own endpoints beside the simulator's.
func (v *vcenter) registerEndpoints(credentials) {
	v.service.RegisterSDK(newVsan(v))
}

// tokens is the single sign-on state; see sso.go.
type tokens struct{}
