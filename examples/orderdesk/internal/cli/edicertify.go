package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/o2ckit/o2c/edi/partner"
)

type ediCertify struct {
	Profile string `required:"" type:"existingfile" placeholder:"FILE" help:"The partner's profile, YAML or JSON."`
	Partner string `placeholder:"NAME" help:"Which of the profiles, where the file has several."`
	Samples string `arg:"" name:"dir" type:"existingdir" help:"A folder of samples that the partner sends, and that we send it."`
}

// Run certifies a partner; exit code 1 when any sample does not pass, or the profile
// has something wrong with it.
func (c *ediCertify) Run(r *run) error {
	profile, err := c.profile()
	if err != nil {
		return err
	}
	report, err := partner.Certify(profile, os.DirFS(c.Samples), time.Now())
	if err != nil {
		return err
	}
	if !report.OK {
		r.found()
	}
	if r.json {
		out := json.NewEncoder(r.out)
		out.SetEscapeHTML(false)
		return out.Encode(report)
	}
	_, err = fmt.Fprint(r.out, report)
	return err
}

// profile reads the file and takes the profile that is meant.
func (c *ediCertify) profile() (partner.Profile, error) {
	text, err := os.ReadFile(c.Profile)
	if err != nil {
		return partner.Profile{}, err
	}
	profiles, err := partner.Decode(text)
	if err != nil {
		return partner.Profile{}, findingsError{fmt.Errorf("%s:\n%w", c.Profile, err)}
	}
	var names []string
	for _, p := range profiles {
		if p.Name == c.Partner || c.Partner == "" && len(profiles) == 1 {
			return p, nil
		}
		names = append(names, p.Name)
	}
	if c.Partner == "" {
		return partner.Profile{}, usageError{errors.New("the file has several profiles; state --partner, one of " + strings.Join(names, ", "))}
	}
	return partner.Profile{}, usageError{fmt.Errorf("the file has no profile %s; it has %s", c.Partner, strings.Join(names, ", "))}
}
