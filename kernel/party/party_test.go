package party_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
)

func store() party.Party {
	return party.Party{
		ID: "S45", Name: "Example Store 45", Roles: []party.Role{party.ShipTo}, Parent: "C1",
		Identifiers: []party.Identifier{{Scheme: party.GLN, Value: "4012345500004"}, {Scheme: party.AssignedByBuyer, Value: "0045"}},
		Address:     address("US", "NY", "10118"),
	}
}

func TestPartyValidate(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*party.Party)
		want   []string
		blocks bool
	}{
		"good":              {func(*party.Party) {}, nil, false},
		"no id":             {func(p *party.Party) { p.ID = "" }, []string{"party.id at id"}, true},
		"no name":           {func(p *party.Party) { p.Name = " " }, []string{"party.name at name"}, true},
		"name with a break": {func(p *party.Party) { p.Name = "A\nB" }, []string{"party.name at name"}, true},
		"unknown role":      {func(p *party.Party) { p.Roles = append(p.Roles, "friend") }, []string{"party.role at roles[1]"}, true},
		"own parent":        {func(p *party.Party) { p.Parent = p.ID }, []string{"party.parent at parent"}, true},
		"identifier": {
			func(p *party.Party) { p.Identifiers[0].Value = "4012345500005" },
			[]string{"party.identifier.check-digit at identifiers[0].value"}, true,
		},
		"identifier twice": {
			func(p *party.Party) { p.Identifiers = append(p.Identifiers, p.Identifiers[0]) },
			[]string{"party.identifier.duplicate at identifiers[2]"}, false,
		},
		"address": {func(p *party.Party) { p.Address.City = "" }, []string{"party.address.city at address.city"}, true},
		"ship-to without address": {
			func(p *party.Party) { p.Address = party.Address{} }, []string{"party.address.missing at address"}, true,
		},
		"carrier without address": {
			func(p *party.Party) { p.Address, p.Roles = party.Address{}, []party.Role{party.Carrier} },
			[]string{"party.address.missing at address"}, false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := store()
			tc.change(&p)
			found := p.Validate()
			require.Equal(t, tc.want, codes(found))
			require.Equal(t, tc.blocks, found.Blocks())
		})
	}
}

func TestPartyFinders(t *testing.T) {
	p := store()
	require.True(t, p.Is(party.ShipTo))
	require.False(t, p.Is(party.BillTo))
	require.True(t, party.Party{}.Is(party.BillTo), "no roles named: any")
	id, ok := p.Identifier(party.GLN)
	require.True(t, ok)
	require.Equal(t, "4012345500004", id.Value)
	_, ok = p.Identifier(party.DUNS)
	require.False(t, ok)
	require.True(t, p.Has(party.Identifier{Scheme: "ul", Value: "40-12345-50000-4"}))
	require.False(t, p.Has(party.Identifier{Scheme: party.AssignedBySeller, Value: "0045"}))
}

func TestPartyNormalizeLeavesTheOriginal(t *testing.T) {
	p := store()
	p.Name, p.Aliases = "  Example   Store ", []string{" The  Store "}
	p.Identifiers[0].Value = "40 12345 50000 4"
	n := p.Normalize()
	require.Equal(t, "Example Store", n.Name)
	require.Equal(t, []string{"The Store"}, n.Aliases)
	require.Equal(t, "4012345500004", n.Identifiers[0].Value)
	require.Equal(t, []string{" The  Store "}, p.Aliases)
	require.Equal(t, "40 12345 50000 4", p.Identifiers[0].Value)
}

func account() party.Account {
	return party.Account{ID: "4711", Party: "C1", Currency: money.USD, PaymentTerms: "N30"}
}

// MD-1: accounts with terms, tax ids, certificates, preferences, blocks.
func TestAccountValidate(t *testing.T) {
	backwards := calendar.Period{From: calendar.MustDate("2026-02-01"), To: calendar.MustDate("2026-01-01")}
	for name, tc := range map[string]struct {
		change func(*party.Account)
		want   []string
		blocks bool
	}{
		"good":        {func(*party.Account) {}, nil, false},
		"no id":       {func(a *party.Account) { a.ID = "" }, []string{"party.account.id at id"}, true},
		"no customer": {func(a *party.Account) { a.Party = "" }, []string{"party.account.party at party"}, true},
		"own parent":  {func(a *party.Account) { a.Parent = a.ID }, []string{"party.account.parent at parent"}, true},
		"no currency": {func(a *party.Account) { a.Currency = 0 }, []string{"party.account.currency at currency"}, true},
		"no terms":    {func(a *party.Account) { a.PaymentTerms = "" }, []string{"party.account.terms at payment_terms"}, false},
		"ship-to twice": {
			func(a *party.Account) { a.ShipTos = []string{"S1", "", "S1"} },
			[]string{"party.account.ship-to at ship_tos[1]", "party.account.ship-to at ship_tos[2]"}, true,
		},
		"tax ids": {
			func(a *party.Account) {
				a.TaxIDs = []party.TaxID{{Jurisdiction: "DE", Kind: "VAT", Number: "DE123456788"}, {Jurisdiction: "US-NY"}, {Number: "1"}}
			},
			[]string{"party.account.tax-id at tax_ids[1].number", "party.account.tax-id at tax_ids[2].jurisdiction"}, true,
		},
		"certificate": {
			func(a *party.Account) {
				a.Certificates = []party.Certificate{
					{Kind: party.Resale, Jurisdiction: "US-NY", Number: "1"},
					{Kind: "gift", Jurisdiction: "US-ZZ", Period: backwards},
				}
			},
			[]string{
				"party.account.certificate at certificates[1].kind", "party.account.certificate at certificates[1].number",
				"party.account.certificate at certificates[1].jurisdiction", "party.account.certificate at certificates[1].period",
			}, true,
		},
		"jurisdictions of ISO 3166-2": {
			func(a *party.Account) {
				for _, j := range []string{"CA-ON", "FR-75", "IN-MH", "FR-", "FR-ABCD", "DE-XX", "us-NY"} {
					a.Certificates = append(a.Certificates, party.Certificate{Kind: party.Exemption, Jurisdiction: j, Number: "1"})
				}
			},
			[]string{
				"party.account.certificate at certificates[3].jurisdiction", "party.account.certificate at certificates[4].jurisdiction",
				"party.account.certificate at certificates[5].jurisdiction", "party.account.certificate at certificates[6].jurisdiction",
			}, true,
		},
		"block": {
			func(a *party.Account) {
				a.Blocks = []party.Block{{Kind: party.BlockOrder, Reason: "moving"}, {Kind: "all", Period: backwards}}
			},
			[]string{
				"party.account.block at blocks[1].kind", "party.account.block at blocks[1].reason", "party.account.block at blocks[1].period",
			}, true,
		},
		"block without reason": {
			func(a *party.Account) { a.Blocks = []party.Block{{Kind: party.BlockBilling}} },
			[]string{"party.account.block at blocks[0].reason"}, false,
		},
		"delivery": {
			func(a *party.Account) { a.Shipping = party.Shipping{Delivery: "soon", MaxDeliveries: -1} },
			[]string{"party.account.delivery at shipping.delivery", "party.account.delivery at shipping.max_deliveries"}, true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := account()
			tc.change(&a)
			found := a.Validate()
			require.Equal(t, tc.want, codes(found))
			require.Equal(t, tc.blocks, found.Blocks())
		})
	}
}

func TestAccountDefaults(t *testing.T) {
	a := account()
	require.Equal(t, []string{"C1", "C1", "4711"}, []string{a.BillToParty(), a.PayerParty(), a.CreditKey()})
	a.BillTo = "B1"
	require.Equal(t, []string{"B1", "B1", "4711"}, []string{a.BillToParty(), a.PayerParty(), a.CreditKey()})
	a.Payer, a.CreditAccount = "P1", "GROUP"
	require.Equal(t, []string{"B1", "P1", "GROUP"}, []string{a.BillToParty(), a.PayerParty(), a.CreditKey()})
}

func TestBlocksAndCertificatesOnADate(t *testing.T) {
	a := account()
	january := calendar.Period{From: calendar.MustDate("2026-01-01"), To: calendar.MustDate("2026-01-31")}
	a.Blocks = []party.Block{
		{Kind: party.BlockOrder, Reason: "stock-taking", Period: january}, {Kind: party.BlockDelivery, Reason: "strike"},
	}
	a.Certificates = []party.Certificate{
		{Kind: party.Resale, Jurisdiction: "US-NY", Number: "1", Period: january},
		{Kind: party.Resale, Jurisdiction: "US", Number: "2"},
	}
	for day, want := range map[string]int{"2025-12-31": 0, "2026-01-01": 1, "2026-01-31": 1, "2026-02-01": 0} {
		d := calendar.MustDate(day)
		require.Len(t, a.BlocksOn(party.BlockOrder, d), want, day)
		require.Len(t, a.BlocksOn(party.BlockDelivery, d), 1, day)
		require.Empty(t, a.BlocksOn(party.BlockBilling, d), day)
		require.Len(t, a.CertificatesOn("US-NY", d), want, day)
		require.Empty(t, a.CertificatesOn("US-NJ", d), day)
	}
	require.Empty(t, a.BlocksOn(party.BlockDelivery, calendar.Date{}), "without a date there is no answer")
}

func TestAccountJSON(t *testing.T) {
	a := account()
	a.ShipTos = []string{"S45"}
	a.Blocks = []party.Block{{Kind: party.BlockOrder, Reason: "moving", Period: calendar.Period{To: calendar.MustDate("2026-01-31")}}}
	a.Shipping.Delivery = party.DeliverShipComplete
	data, err := json.Marshal(a)
	require.NoError(t, err)
	require.JSONEq(t, `{"id":"4711","party":"C1","ship_tos":["S45"],"currency":"USD","payment_terms":"N30",
		"blocks":[{"kind":"order","reason":"moving","period":{"to":"2026-01-31"}}],"shipping":{"delivery":"ship-complete"}}`, string(data))
	var back party.Account
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, a, back)
	p := store()
	data, err = json.Marshal(p)
	require.NoError(t, err)
	var again party.Party
	require.NoError(t, json.Unmarshal(data, &again))
	require.Equal(t, p, again)
}
