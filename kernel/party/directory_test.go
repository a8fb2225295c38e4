package party_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
)

func site(id, parent string, ids ...party.Identifier) party.Party {
	return party.Party{ID: id, Name: "Site " + id, Parent: parent, Identifiers: ids, Address: address("US", "NY", "10118")}
}

func byBuyer(value string) party.Identifier {
	return party.Identifier{Scheme: party.AssignedByBuyer, Value: value}
}

// Two chains that both number their stores from 1, one with a region between chain and stores.
func chains() ([]party.Party, []party.Account) {
	return []party.Party{
			site("A", "", party.Identifier{Scheme: party.DUNS, Value: "12-345-6789"}),
			site("A-east", "A"),
			site("A1", "A-east", byBuyer("0001")), site("A2", "A-east", byBuyer("0002")),
			site("B", "", party.Identifier{Scheme: party.DUNS, Value: "987654321"}),
			site("B1", "B", byBuyer("0001")), site("B2", "B", byBuyer("0002")), site("B2x", "B", byBuyer("0002")),
		}, []party.Account{
			{ID: "100", Party: "A", Currency: money.USD, PaymentTerms: "N30"},
			{ID: "200", Party: "B", Parent: "100", Currency: money.USD, PaymentTerms: "N30", ShipTos: []string{"B2", "B1"}},
			{ID: "300", Party: "B", Parent: "200", Currency: money.CAD, PaymentTerms: "N30"},
		}
}

func directory(t *testing.T) *party.Directory {
	t.Helper()
	d, err := party.NewDirectory(chains())
	require.NoError(t, err)
	return d
}

func ids[T any](records []T, id func(T) string) []string {
	all := make([]string, 0, len(records))
	for _, r := range records {
		all = append(all, id(r))
	}
	return all
}

func partyID(p party.Party) string     { return p.ID }
func accountID(a party.Account) string { return a.ID }

func TestDirectoryFinds(t *testing.T) {
	ctx, d := context.Background(), directory(t)
	p, err := d.PartyByIdentifier(ctx, party.Identifier{Scheme: party.DUNS, Value: "123456789"})
	require.NoError(t, err)
	require.Equal(t, "A", p.ID)
	a, err := d.AccountByIdentifier(ctx, party.Identifier{Scheme: party.DUNS, Value: "12 345 6789"})
	require.NoError(t, err)
	require.Equal(t, "100", a.ID)
	a, err = d.AccountByIdentifier(ctx, party.Identifier{Scheme: party.AssignedBySeller, Value: "300"})
	require.NoError(t, err)
	require.Equal(t, "300", a.ID)
	above, err := d.Ancestors(ctx, "A1")
	require.NoError(t, err)
	require.Equal(t, []string{"A-east", "A"}, ids(above, partyID))
	accounts, err := d.AccountAncestors(ctx, "300")
	require.NoError(t, err)
	require.Equal(t, []string{"200", "100"}, ids(accounts, accountID))
	below, err := d.Children(ctx, "B")
	require.NoError(t, err)
	require.Equal(t, []string{"B1", "B2", "B2x"}, ids(below, partyID))
	require.Equal(t, []string{"A", "A-east", "A1", "A2", "B", "B1", "B2", "B2x"}, ids(slices.Collect(d.Parties()), partyID))
	require.Equal(t, []string{"100", "200", "300"}, ids(slices.Collect(d.Accounts()), accountID))
	for range d.Parties() {
		break // a walk can end early
	}
}

// The number that a buyer gives a store means nothing without the buyer.
func TestShipToWithinItsAccount(t *testing.T) {
	ctx, d := context.Background(), directory(t)
	for account, want := range map[string]string{"100": "A1", "200": "B1", "300": "B1"} {
		p, err := d.ShipTo(ctx, account, byBuyer(" 0001 "))
		require.NoError(t, err)
		require.Equal(t, want, p.ID)
	}
	all, err := d.ShipTos(ctx, "100")
	require.NoError(t, err)
	require.Equal(t, []string{"A", "A-east", "A1", "A2"}, ids(all, partyID), "the customer and all below it")
	all, err = d.ShipTos(ctx, "200")
	require.NoError(t, err)
	require.Equal(t, []string{"B2", "B1"}, ids(all, partyID), "the listed ones in their order")
	p, err := d.ShipTo(ctx, "200", byBuyer("0002"))
	require.NoError(t, err)
	require.Equal(t, "B2", p.ID, "B2x carries the number too but is not listed")

	var ambiguous *party.AmbiguousError
	_, err = d.ShipTo(ctx, "300", byBuyer("0002"))
	require.ErrorAs(t, err, &ambiguous)
	require.Equal(t, []string{"B2", "B2x"}, ambiguous.IDs)
	_, err = d.PartyByIdentifier(ctx, byBuyer("0001"))
	require.ErrorAs(t, err, &ambiguous)
	require.Equal(t, []string{"A1", "B1"}, ambiguous.IDs)
	require.Contains(t, err.Error(), "assigned by buyer 0001")
	_, err = d.AccountByIdentifier(ctx, party.Identifier{Scheme: party.DUNS, Value: "987654321"})
	require.ErrorAs(t, err, &ambiguous)
	require.Equal(t, []string{"200", "300"}, ambiguous.IDs)
}

func TestDirectoryDoesNotFind(t *testing.T) {
	ctx, d := context.Background(), directory(t)
	for name, tc := range map[string]struct {
		ask       func() error
		kind, key string
	}{
		"party":              {func() error { _, err := d.Party(ctx, "X"); return err }, "party", "X"},
		"account":            {func() error { _, err := d.Account(ctx, "X"); return err }, "account", "X"},
		"ancestors":          {func() error { _, err := d.Ancestors(ctx, "X"); return err }, "party", "X"},
		"account ancestors":  {func() error { _, err := d.AccountAncestors(ctx, "X"); return err }, "account", "X"},
		"children":           {func() error { _, err := d.Children(ctx, "X"); return err }, "party", "X"},
		"ship-tos":           {func() error { _, err := d.ShipTos(ctx, "X"); return err }, "account", "X"},
		"ship-to, account":   {func() error { _, err := d.ShipTo(ctx, "X", byBuyer("0001")); return err }, "account", "X"},
		"ship-to":            {func() error { _, err := d.ShipTo(ctx, "100", byBuyer("9")); return err }, "ship-to", "assigned by buyer 9"},
		"party by number":    {func() error { _, err := d.PartyByIdentifier(ctx, byBuyer("9")); return err }, "party", "assigned by buyer 9"},
		"account by number":  {func() error { _, err := d.AccountByIdentifier(ctx, byBuyer("9")); return err }, "account", "assigned by buyer 9"},
		"a site's own":       {func() error { _, err := d.AccountByIdentifier(ctx, byBuyer("0001")); return err }, "account", "assigned by buyer 0001"},
		"id in other scheme": {func() error { _, err := d.AccountByIdentifier(ctx, byBuyer("100")); return err }, "account", "assigned by buyer 100"},
	} {
		t.Run(name, func(t *testing.T) {
			var missing *party.NotFoundError
			require.ErrorAs(t, tc.ask(), &missing)
			require.Equal(t, party.NotFoundError{Kind: tc.kind, Key: tc.key}, *missing)
			require.Contains(t, missing.Error(), tc.key)
		})
	}
}

func TestDirectoryRefuses(t *testing.T) {
	var twice *party.DuplicateError
	_, err := party.NewDirectory([]party.Party{site("A", ""), site("A", "B")}, nil)
	require.ErrorAs(t, err, &twice)
	require.Equal(t, party.DuplicateError{Kind: "party", ID: "A"}, *twice)
	_, err = party.NewDirectory(nil, []party.Account{{ID: "1"}, {ID: "1"}})
	require.ErrorAs(t, err, &twice)
	require.Equal(t, party.DuplicateError{Kind: "account", ID: "1"}, *twice)
	_, err = party.NewDirectory([]party.Party{{}}, []party.Account{{}})
	require.ErrorContains(t, err, "party without an ID")
	require.ErrorContains(t, err, "account without an ID")

	var cycle *party.CycleError
	_, err = party.NewDirectory([]party.Party{site("X", "A"), site("A", "B"), site("B", "C"), site("C", "A")}, nil)
	require.ErrorAs(t, err, &cycle)
	require.Equal(t, []string{"A", "B", "C", "A"}, cycle.Path)
	require.EqualError(t, cycle, `party: the parents of party "A" go round: A > B > C > A`)
	_, err = party.NewDirectory(nil, []party.Account{{ID: "1", Parent: "1"}})
	require.ErrorAs(t, err, &cycle)
	require.Equal(t, []string{"1", "1"}, cycle.Path)
}

// The oracle walks up from every record as many steps as there are records: who is still walking goes round.
func TestCyclesAreFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "records")
		parents := make([]int, n)
		parties := make([]party.Party, n)
		for i := range n {
			parents[i] = rapid.IntRange(-1, n-1).Draw(t, "parent")
			parties[i].ID = fmt.Sprintf("%02d", i)
			if parents[i] >= 0 {
				parties[i].Parent = fmt.Sprintf("%02d", parents[i])
			}
		}
		round := false
		for i := range n {
			x := i
			for range n {
				if x >= 0 {
					x = parents[x]
				}
			}
			round = round || x >= 0
		}
		d, err := party.NewDirectory(parties, nil)
		var cycle *party.CycleError
		if round != errors.As(err, &cycle) {
			t.Fatalf("goes round: %v, error: %v", round, err)
		}
		if round {
			for i := range len(cycle.Path) - 1 {
				at, err := strconv.Atoi(cycle.Path[i])
				if err != nil || parties[at].Parent != cycle.Path[i+1] {
					t.Fatalf("%v is no way up", cycle.Path)
				}
			}
			if cycle.Path[0] != cycle.Path[len(cycle.Path)-1] {
				t.Fatalf("%v does not close", cycle.Path)
			}
			return
		}
		for i := range n {
			var want []string
			for x := parents[i]; x >= 0; x = parents[x] {
				want = append(want, fmt.Sprintf("%02d", x))
			}
			above, err := d.Ancestors(context.Background(), fmt.Sprintf("%02d", i))
			if got := ids(above, partyID); err != nil || !slices.Equal(got, want) {
				t.Fatalf("above %02d: %v, %v; want %v", i, got, err, want)
			}
		}
	})
}

func TestAncestorsUpToTheMissingOne(t *testing.T) {
	d, err := party.NewDirectory([]party.Party{site("A1", "A"), site("A", "gone")}, []party.Account{{ID: "1", Parent: "2"}})
	require.NoError(t, err)
	above, err := d.Ancestors(context.Background(), "A1")
	var missing *party.NotFoundError
	require.ErrorAs(t, err, &missing)
	require.Equal(t, "gone", missing.Key)
	require.Equal(t, []string{"A"}, ids(above, partyID))
	_, err = d.AccountAncestors(context.Background(), "1")
	require.ErrorAs(t, err, &missing)
	require.Equal(t, party.NotFoundError{Kind: "account", Key: "2"}, *missing)
}

// What is listed comes by ID, whatever the order of the records.
func TestDirectoryOrder(t *testing.T) {
	parties, accounts := chains()
	parties[1].Identifiers = parties[4].Identifiers // A-east carries B's number, and has an account of its own
	accounts = append(accounts, party.Account{ID: "150", Party: "A-east"})
	slices.Reverse(parties)
	slices.Reverse(accounts)
	d, err := party.NewDirectory(parties, accounts)
	require.NoError(t, err)
	below, err := d.Children(context.Background(), "B")
	require.NoError(t, err)
	require.Equal(t, []string{"B1", "B2", "B2x"}, ids(below, partyID))
	for range 2 { // asking leaves the index as it was
		_, err = d.AccountByIdentifier(context.Background(), party.Identifier{Scheme: party.DUNS, Value: "987654321"})
		var ambiguous *party.AmbiguousError
		require.ErrorAs(t, err, &ambiguous)
		require.Equal(t, []string{"150", "200", "300"}, ambiguous.IDs)
	}

	_, err = party.NewDirectory([]party.Party{site("D", "C"), site("C", "D"), site("B", "A"), site("A", "B")}, nil)
	require.EqualError(t, err, "party: the parents of party \"A\" go round: A > B > A\n"+
		"party: the parents of party \"C\" go round: C > D > C")
}

func TestDirectoryKeepsCopies(t *testing.T) {
	parties, accounts := chains()
	d, err := party.NewDirectory(parties, accounts)
	require.NoError(t, err)
	parties[2].Identifiers[0].Value, accounts[1].ShipTos[0] = "changed", "changed"
	_, err = d.ShipTo(context.Background(), "100", byBuyer("0001"))
	require.NoError(t, err)
	_, err = d.ShipTos(context.Background(), "200")
	require.NoError(t, err)
}

// MD-3: orphan references, shared identifiers, what has expired.
func TestAudit(t *testing.T) {
	parties, accounts := chains()
	d, err := party.NewDirectory(parties, accounts)
	require.NoError(t, err)
	on := calendar.MustDate("2026-03-27")
	require.Empty(t, d.Audit(on), "store numbers may be shared")

	parties[3].Parent = "gone"
	parties[5].Identifiers = append(parties[5].Identifiers, parties[0].Identifiers...)
	parties[6].Roles, parties[6].Address.City = []party.Role{party.SoldTo}, ""
	accounts[0].BillTo, accounts[0].Shipping.Carrier, accounts[2].Parent = "gone", "gone", "gone"
	accounts[1].ShipTos = append(accounts[1].ShipTos, "gone")
	until := func(jurisdiction, to string) party.Certificate {
		c := party.Certificate{Kind: party.Resale, Jurisdiction: jurisdiction, Number: "1"}
		if to != "" {
			c.Period.To = calendar.MustDate(to)
		}
		return c
	}
	accounts[0].Certificates = []party.Certificate{
		until("US-NY", "2026-03-26"), // expired, and the last
		until("US-NJ", "2025-01-01"), // replaced
		until("US-NJ", "2026-04-26"), // expires in 30 days
		until("US-PA", "2026-04-27"), // later than that
		until("US-MD", "2026-03-27"), // valid today, for the last time
		until("US-OH", "2025-01-01"), until("US-OH", ""),
	}
	d, err = party.NewDirectory(parties, accounts)
	require.NoError(t, err)
	found := d.Audit(on)
	require.Equal(t, []string{
		"party.identifier.shared at parties[A].identifiers[0]",
		"party.reference at parties[A2].parent",
		"party.identifier.shared at parties[B1].identifiers[1]",
		"party.address.city at parties[B2].address.city",
		"party.account.none at parties[B2]",
		"party.reference at accounts[100].bill_to",
		"party.reference at accounts[100].shipping.carrier",
		"party.certificate.expired at accounts[100].certificates[0]",
		"party.certificate.expiring at accounts[100].certificates[2]",
		"party.certificate.expiring at accounts[100].certificates[4]",
		"party.reference at accounts[200].ship_tos[2]",
		"party.reference at accounts[300].parent",
	}, codes(found))
	require.Len(t, d.Audit(calendar.Date{}), len(found)-3, "without a date nothing expires")
}

func BenchmarkShipTo(b *testing.B) {
	d, err := party.NewDirectory(chains())
	require.NoError(b, err)
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.ShipTo(ctx, "100", byBuyer("0001")); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAddressValidate(b *testing.B) {
	a := address("US", "NY", "10118-0110")
	b.ReportAllocs()
	for b.Loop() {
		if a.Validate().Blocks() {
			b.Fatal("a good address is refused")
		}
	}
}
