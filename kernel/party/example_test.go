package party_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
)

// A purchase order names its sender by GLN and the store by the customer's own number.
func Example() {
	parties := []party.Party{
		{ID: "ACME", Name: "Acme Stores", Identifiers: []party.Identifier{{Scheme: party.GLN, Value: "4012345500004"}}},
		{ID: "ACME-45", Name: "Acme Store 45", Parent: "ACME", Identifiers: []party.Identifier{{Scheme: party.AssignedByBuyer, Value: "0045"}}},
	}
	accounts := []party.Account{{
		ID: "4711", Party: "ACME", Currency: money.USD, PaymentTerms: "2/10N30",
		Blocks: []party.Block{{
			Kind: party.BlockOrder, Reason: "stock-taking",
			Period: calendar.Period{From: calendar.MustDate("2026-03-26"), To: calendar.MustDate("2026-03-28")},
		}},
	}}
	orderDate := calendar.MustDate("2026-03-27")

	ctx := context.Background()
	directory, err := party.NewDirectory(parties, accounts)
	if err != nil {
		fmt.Println(err)
		return
	}
	account, err := directory.AccountByIdentifier(ctx, party.Identifier{Scheme: party.GLN, Value: "4012345500004"})
	if err != nil {
		fmt.Println(err)
		return
	}
	shipTo, err := directory.ShipTo(ctx, account.ID, party.Identifier{Scheme: party.AssignedByBuyer, Value: "0045"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("account", account.ID, "ships to", shipTo.Name)
	for _, block := range account.BlocksOn(party.BlockOrder, orderDate) {
		fmt.Println("blocked:", block.Reason)
	}
	// Output:
	// account 4711 ships to Acme Store 45
	// blocked: stock-taking
}

func ExampleAddress() {
	address := party.Address{
		Lines: []string{"111  Wellington St "}, City: "Ottawa", Region: "ontario", PostalCode: "k1d0b1", Country: "canada",
	}
	address = address.Normalize()
	fmt.Println(address)
	for _, f := range address.Validate() {
		fmt.Println(f)
	}
	// Output:
	// 111 Wellington St, Ottawa ON K1D 0B1, CA
	// block party.address.postal-code at postal_code: "K1D 0B1" is no postal code of CA (a Canadian code is letter, digit, letter, space, digit, letter, digit, without D F I O Q U, such as K1A 0B1)
}

func ExampleIdentifier_Validate() {
	id := party.Identifier{Scheme: party.GLN, Value: "40 12345 50000 5"}.Normalize()
	for _, f := range id.Validate() {
		fmt.Println(f.Code, "-", f.Message)
	}
	// Output: party.identifier.check-digit - "4012345500005" is no GLN: its check digit does not fit
}

func ExampleNotFoundError() {
	directory, _ := party.NewDirectory(nil, nil)
	_, err := directory.Account(context.Background(), "4711")
	var missing *party.NotFoundError
	if errors.As(err, &missing) {
		fmt.Println("open an account for", missing.Key)
	}
	// Output: open an account for 4711
}

func ExampleDirectory_Audit() {
	directory, _ := party.NewDirectory(nil, []party.Account{{
		ID: "4711", Party: "ACME", Currency: money.EUR, PaymentTerms: "N30",
		Certificates: []party.Certificate{{
			Kind: party.Resale, Jurisdiction: "US-NY", Number: "ST-120-77", Period: calendar.Period{To: calendar.MustDate("2025-12-31")},
		}},
	}})
	fmt.Println(directory.Audit(calendar.MustDate("2026-03-27")))
	// Output:
	// block party.reference at accounts[4711].party: there is no party "ACME" (correct the ID or add the party)
	// warning party.certificate.expired at accounts[4711].certificates[0]: the certificate for US-NY expired on 2025-12-31 (ask the customer for a new one; tax is due without it)
}
