package party

import "github.com/o2ckit/o2c/kernel/finding"

// Delivery says in how many parts a customer takes an order.
type Delivery string

const (
	// DeliverPartial ships what is there and the rest when it comes. It is the default, also written as no policy.
	DeliverPartial Delivery = "partial"
	// DeliverLineComplete ships each line in one delivery; lines may go apart.
	DeliverLineComplete Delivery = "line-complete"
	// DeliverShipComplete ships the whole order in one delivery, when the last line is there.
	DeliverShipComplete Delivery = "ship-complete"
)

// IsValid reports whether the policy is one of the constants or empty.
func (d Delivery) IsValid() bool {
	switch d {
	case "", DeliverPartial, DeliverLineComplete, DeliverShipComplete:
		return true
	}
	return false
}

// Shipping is how a customer wants goods to travel.
type Shipping struct {
	// Delivery is the policy for orders that name none; MaxDeliveries bounds the parts, 0 does not.
	Delivery      Delivery `json:"delivery,omitempty"`
	MaxDeliveries int      `json:"max_deliveries,omitempty"`
	// NoSubstitutes refuses other items in place of the ones ordered.
	NoSubstitutes bool `json:"no_substitutes,omitempty"`
	// FreightTerms is the code of the domestic freight terms, Incoterm that of international ones; see package terms.
	FreightTerms string `json:"freight_terms,omitempty"`
	Incoterm     string `json:"incoterm,omitempty"`
	// Carrier is the party ID of the carrier that the customer demands, CarrierAccount the number with that carrier to
	// which collect or third-party freight is charged, FreightPayer the party whose number it is.
	Carrier        string `json:"carrier,omitempty"`
	CarrierAccount string `json:"carrier_account,omitempty"`
	FreightPayer   string `json:"freight_payer,omitempty"`
	// RoutingGuide names the customer's rules for carriers and services.
	RoutingGuide string `json:"routing_guide,omitempty"`
	// Instructions are for people: dock hours, a call before delivery.
	Instructions string `json:"instructions,omitempty"`
}

// Labelling is what a customer wants to find on goods and in papers.
type Labelling struct {
	// CartonLabel and PalletLabel name the templates. Empty: the host's own.
	CartonLabel string `json:"carton_label,omitempty"`
	PalletLabel string `json:"pallet_label,omitempty"`
	// CustomerItem prints the customer's part number beside the host's.
	CustomerItem bool `json:"customer_item,omitempty"`
	// AdvanceNotice asks for a ship notice (X12 856, EDIFACT DESADV) before the goods arrive.
	AdvanceNotice bool `json:"advance_notice,omitempty"`
	// Documents are the papers that go with each shipment beyond the usual ones.
	Documents []string `json:"documents,omitempty"`
}

func (s Shipping) validate() finding.List {
	var found finding.List
	if !s.Delivery.IsValid() {
		found.Block("party.account.delivery", "delivery", quote(string(s.Delivery))+" is no delivery policy",
			"use partial, line-complete or ship-complete")
	}
	if s.MaxDeliveries < 0 {
		found.Block("party.account.delivery", "max_deliveries", "the number of deliveries is below zero", "use 0 for no bound")
	}
	return found
}
