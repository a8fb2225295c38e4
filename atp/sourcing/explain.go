package sourcing

// plan puts the best plan found into words of the problem.
func (m *model) plan(s *search) Plan {
	plan := Plan{Score: s.best.score, Bound: s.bound}
	plan.Proven = plan.Bound == plan.Score
	got := make([]int64, len(m.lines))
	for i := range m.sites {
		at := &m.sites[i]
		ship := Shipment{Site: at.id, Rank: int(at.rank), Cost: at.cost}
		for _, a := range at.arcs {
			n := s.best.flow[a]
			if n == 0 {
				continue
			}
			l := m.arcs[a].line
			got[l] += n
			ship.Parts = append(ship.Parts, Part{
				Line: m.lines[l].id, Item: m.items[m.lines[l].item].id, Quantity: n, Cost: n * m.arcs[a].cost,
			})
		}
		if ship.Parts != nil {
			plan.Shipments = append(plan.Shipments, ship)
		}
	}
	for i := range m.lines {
		if l := &m.lines[i]; got[i] < l.given {
			plan.Unfilled = append(plan.Unfilled, Unfilled{Line: l.id, Quantity: l.given - got[i]})
		}
	}
	return plan
}

// explain says why sites do not ship lines, and what a plan with the sites that do not ship would be.
func (m *model) explain(plan *Plan, p *Problem, flow []int64, effort int) {
	offers := make([][]int64, len(m.lines)) // by line and site
	places := make(map[string]int, len(m.lines))
	for i := range m.lines {
		offers[i] = make([]int64, len(m.sites))
		places[m.lines[i].id] = i
	}
	bySite := make(map[string]int, len(m.sites))
	for i := range m.sites {
		bySite[m.sites[i].id] = i
	}
	for i := range p.Sites {
		for _, o := range p.Sites[i].Offers {
			offers[places[o.Line]][bySite[p.Sites[i].ID]] = o.Available
		}
	}
	ships := make([]int, len(m.sites)) // lines
	byLine := make([][]int64, len(m.lines))
	left := make([][]int64, len(m.items))
	for i := range m.items {
		left[i] = append(left[i], m.items[i].has...)
	}
	for i := range byLine {
		byLine[i] = make([]int64, len(m.sites))
	}
	for at, n := range flow {
		if a := &m.arcs[at]; n > 0 {
			ships[a.site]++
			byLine[a.line][a.site] = n
			left[m.lines[a.line].item][a.site] -= n
		}
	}
	for l := range m.lines {
		usable := make([]bool, len(m.sites))
		for _, at := range m.lines[l].arcs {
			usable[m.arcs[at].site] = true
		}
		for s := range m.sites {
			if byLine[l][s] > 0 {
				continue
			}
			passed := Passed{Line: m.lines[l].id, Site: m.sites[s].id, Available: offers[l][s]}
			passed.Why = m.why(passed.Available, usable[s], ships[s], &m.sites[s], left[m.lines[l].item][s] >= m.lines[l].least)
			plan.Passed = append(plan.Passed, passed)
		}
	}
	for i := range m.sites {
		if ships[i] == 0 && len(m.sites[i].cells) > 0 && !m.sites[i].open {
			with := newSearch(m, max(effort/16, 1))
			with.run(i)
			plan.Others = append(plan.Others, Other{Site: m.sites[i].id, Score: with.bound, Proven: !with.cut})
		}
	}
}

func (m *model) why(available int64, usable bool, ships int, s *site, room bool) Why {
	switch {
	case available == 0:
		return NothingThere
	case !usable:
		return TooLittle
	case ships == 0 && !s.open:
		return NoShipment
	case s.most > 0 && ships >= s.most:
		return NoLineLeft
	case !room:
		return OthersTookIt
	}
	return NotNeeded
}
