package cli

import (
	"fmt"
	"os"

	"github.com/o2ckit/o2c/examples/orderdesk/internal/stockcmd"
)

type promiseChart struct {
	pictureFile
	ofItem
	Title string `help:"The title of the picture. By default the item and the site."`
	File  string `arg:"" help:"What there is; - is the standard input."`
}

// drawnJSON is a picture of an item as --json prints it.
type drawnJSON struct {
	File string `json:"file"`
	Out  string `json:"out"`
	stockcmd.Outlook
}

// Run draws an item over time.
func (c *promiseChart) Run(r *run) error {
	file, err := readStockFile(r, c.File)
	if err != nil {
		return err
	}
	chart, err := file.Chart(c.Item, c.Site)
	if err != nil {
		return r.badFile(err)
	}
	if c.Title != "" {
		chart.Title = c.Title
	}
	drawing := chart.Drawing()
	draw := drawing.SVG
	if c.ending() == ".png" {
		draw = drawing.PNG
	}
	data, err := draw()
	if err != nil {
		return err
	}
	if err := os.WriteFile(c.Out, data, 0o644); err != nil {
		return err
	}
	return r.print(drawnJSON{c.File, c.Out, chart.Outlook}, fmt.Sprintf("%s: %s", c.Out, count(len(chart.Outlook.Days), "day")))
}
