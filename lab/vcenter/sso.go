package main

import (
	"crypto/subtle"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// validLogin admits the account of the credentials file and nobody else.
func validLogin(account credentials) func(*types.Login) bool {
	return func(req *types.Login) bool {
		name := subtle.ConstantTimeCompare([]byte(req.UserName), []byte(account.Username))
		password := subtle.ConstantTimeCompare([]byte(req.Password), []byte(account.Password))
		return name&password == 1
	}
}

// sessionManager refuses what would let somebody in without the password: the simulator takes any token for good.
type sessionManager struct{ *simulator.SessionManager }

// LoginByToken is refused: nothing here can tell a token's worth.
func (*sessionManager) LoginByToken(*simulator.Context, *types.LoginByToken) soap.HasFault {
	return &methods.LoginByTokenBody{Fault_: simulator.Fault("Login failure", new(types.InvalidLogin))}
}

// LoginExtensionByCertificate is refused: the simulator checks no certificate.
func (*sessionManager) LoginExtensionByCertificate(*simulator.Context, *types.LoginExtensionByCertificate) soap.HasFault {
	return &methods.LoginExtensionByCertificateBody{Fault_: simulator.Fault("Login failure", new(types.InvalidLogin))}
}
