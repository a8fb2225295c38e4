package shop

import (
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/examples/orderdesk/partners"
)

// SamplePartners are those that send the sample interchanges, each in a style of its
// own, and a warehouse.
func SamplePartners() ([]partner.Profile, error) {
	directory, err := partner.Load(partners.Files)
	if err != nil {
		return nil, err
	}
	return directory.Profiles(), nil
}
