package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/o2ckit/o2c/examples/orderdesk/internal/pricecmd"
)

// pictureFile is where a picture goes to.
type pictureFile struct {
	Out string `short:"o" required:"" placeholder:"FILE" help:"Where to; the ending says as what: .svg or .png."`
}

// Validate refuses a picture of a kind that is not drawn.
func (p *pictureFile) Validate() error {
	if p.Out != "" && p.ending() != ".svg" && p.ending() != ".png" {
		return fmt.Errorf("--out %s: a picture is a .svg or a .png", p.Out)
	}
	return nil
}

func (p *pictureFile) ending() string { return strings.ToLower(filepath.Ext(p.Out)) }

type priceChart struct {
	pictureFile
	Line  string `placeholder:"ID" help:"Draw one line. By default the whole order."`
	Title string `help:"The title of the picture. By default the name of the schema."`
	File  string `arg:"" help:"What is to be priced; - is the standard input."`
}

// chartJSON is a picture as --json prints it.
type chartJSON struct {
	File string         `json:"file"`
	Out  string         `json:"out"`
	Bars []pricecmd.Bar `json:"bars"`
}

// Run draws the waterfall of a result.
func (c *priceChart) Run(r *run) error {
	request, err := readRequest(r, c.File)
	if err != nil {
		return err
	}
	result, err := request.price(r)
	if err != nil {
		return err
	}
	if c.Line != "" {
		line, ok, err := pricecmd.OfLine(&result, &request.schema, c.Line)
		if err != nil {
			return err
		}
		if !ok {
			return usageError{fmt.Errorf("--line %s: the request has no such line", c.Line)}
		}
		result = line
	}
	picture := pricecmd.Picture{Title: c.Title, Currency: result.Currency}
	if picture.Title == "" {
		picture.Title = request.schema.Name
	}
	if picture.Bars, err = pricecmd.Bars(&result, &request.schema); err != nil {
		return err
	}
	draw := picture.SVG
	if c.ending() == ".png" {
		draw = picture.PNG
	}
	data, err := draw()
	if err != nil {
		return err
	}
	if err := os.WriteFile(c.Out, data, 0o644); err != nil {
		return err
	}
	return r.print(chartJSON{c.File, c.Out, picture.Bars}, fmt.Sprintf("%s: %d bars", c.Out, len(picture.Bars)))
}
