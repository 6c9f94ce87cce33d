//! The page of one category: what makes it special, what is it or reveals it, and where that goes.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::data::Gathered;
use super::exposed::path;
use super::gaps::article;
use super::record_further::conditions_of;
use super::shown::{NAMES, ROWS};
use super::{Article, Batch, CategoryMark, Index, Line, Link, Once, Path, Phrase, Reading, Shown, Value};
use crate::declare::Word;
use crate::finding::Hop;
use crate::flow::{Label, Map, StateId, Wanted};
use crate::law::Form;
use crate::model::{ActivityId, CategoryId, FieldId, NodeId};

/// The page of one category.
#[derive(Clone, Debug, Serialize)]
pub struct CategoryPage {
    /// Its title.
    pub title: String,
    /// The language of the title, where that is another than the page's.
    pub lang: Option<String>,
    /// Its id.
    pub id: String,
    /// Where it is declared.
    pub place: String,
    /// What makes it special, and how it is handled.
    pub lines: Vec<Line>,
    /// What the law asks of it.
    pub articles: Vec<Article>,
    /// It is of Art. 9 or 10, so that activities need a condition or a law for it.
    pub conditional: bool,
    /// The categories above it, from the top.
    pub above: Vec<Link>,
    /// The categories right below it.
    pub below: Shown<Link>,
    /// The fields that are it.
    pub own: Shown<FieldIn>,
    /// The fields that reveal it.
    pub revealing: Shown<FieldIn>,
    /// The recipients it reaches, those first who infer it.
    pub recipients: Shown<Holder>,
    /// The systems that hold it.
    pub systems: Shown<Holder>,
    /// The activities that process it.
    pub activities: Shown<Processor>,
}

/// A field that is of a category or reveals it.
#[derive(Clone, Debug, Serialize)]
pub struct FieldIn {
    /// The field.
    pub link: Once<Link>,
    /// What exactly it is or reveals of the category.
    pub marks: Vec<CategoryMark>,
    /// The dictionary says that it reveals it.
    pub declared: bool,
    /// It follows from what it is made of.
    pub computed: bool,
    /// Why it reveals it, as declared.
    pub why: Option<Phrase>,
    /// Where it is declared or first derived.
    pub place: String,
}

/// A system or recipient that has it.
#[derive(Clone, Debug, Serialize)]
pub struct Holder {
    /// Who.
    pub link: Once<Link>,
    /// Data that are it.
    pub own: Shown<Batch>,
    /// Data that reveal it there.
    pub inferred: Shown<Batch>,
    /// A way by which it comes to a recipient: where it is inferred, one that shows by what.
    pub path: Option<Path>,
}

/// An activity that processes it.
#[derive(Clone, Debug, Serialize)]
pub struct Processor {
    /// The activity.
    pub link: Once<Link>,
    /// The basis it rests on.
    pub basis: Option<String>,
    /// Fields that are it.
    pub own: Shown<Once<Link>>,
    /// Fields that reveal it.
    pub inferred: Shown<Once<Link>>,
    /// The condition of Art. 9(2) or the law of Art. 10.
    pub conditions: Vec<Value>,
}

/// For each recipient and each sensitive category it can infer: a walk that shows from where, for what
/// gives it away in the most exposed form.
#[derive(Debug, Default)]
pub struct Inferred(BTreeMap<(NodeId, CategoryId), Vec<Hop>>);

impl Inferred {
    /// Finds a walk for each; one search over the map for each category.
    pub fn of(map: &Map) -> Inferred {
        let walks = map.walks();
        let mut all: BTreeMap<(NodeId, CategoryId), (Form, usize)> = BTreeMap::new();
        for (at, it) in map.exposures.iter().enumerate() {
            let is = &map.model.field(it.item.field).is_closed;
            for category in it.sensitive.iter().filter(|id| is.binary_search(id).is_err()) {
                let best = all.entry((map.model.flow(it.flow).to, *category)).or_insert((it.form, at));
                *best = (*best).min((it.form, at));
            }
        }
        let shown = |(key, (_, at)): ((NodeId, CategoryId), (Form, usize))| {
            let walk = walks.delivered(&map.exposures[at], &Wanted::Bringing(Label::of(key.1)))?;
            Some((key, walks.hops(&walk)))
        };
        Inferred(all.into_iter().filter_map(shown).collect())
    }

    /// The way by which a recipient comes to infer a category or one below it.
    fn way(&self, reading: &Reading, category: CategoryId, to: NodeId) -> Option<&[Hop]> {
        let mut known = self.0.range((to, CategoryId(0))..=(to, CategoryId(u32::MAX)));
        known.find(|((_, id), _)| reading.model().is_below(*id, category)).map(|(_, hops)| hops.as_slice())
    }
}

/// The page of a category.
pub fn category(reading: &Reading, index: &Index, inferred: &Inferred, id: CategoryId) -> CategoryPage {
    let model = reading.model();
    let it = model.category(id);
    let mut above: Vec<Link> =
        std::iter::successors(it.parent, |id| model.category(*id).parent).map(|id| reading.category_link(id)).collect();
    above.reverse();
    let below = (0..model.categories.len()).map(CategoryId::from_index).filter(|other| model.category(*other).parent == Some(id));
    let (own, revealing): (Vec<FieldId>, Vec<FieldId>) =
        index.fields(id).iter().partition(|field| model.field(**field).is_closed.binary_search(&id).is_ok());
    let Link { text: title, lang, .. } = reading.category_link(id);
    CategoryPage {
        title,
        lang,
        id: it.id.clone(),
        place: reading.place(it.span),
        lines: lines(reading, id),
        articles: laws(reading, id).into_iter().map(|law| article(reading, law)).collect(),
        conditional: it.art9.is_some() || it.art10,
        above,
        below: Shown::first(below, ROWS, |id| reading.category_link(id)),
        own: Shown::first(own, ROWS, |field| field_in(reading, id, field, &model.field(field).is)),
        revealing: Shown::first(revealing, ROWS, |field| field_in(reading, id, field, &model.field(field).reveals)),
        recipients: recipients(reading, index, inferred, id),
        systems: systems(reading, index, id),
        activities: activities(reading, index, id),
    }
}

/// What data have to do with a category.
pub(super) enum How {
    /// They are it.
    Own,
    /// They give it away.
    Inferred,
}

/// What data of a field have to do with a category, given what sensitive categories they bring along.
fn how(reading: &Reading, id: CategoryId, field: FieldId, brings: impl Fn(CategoryId) -> bool) -> Option<How> {
    let model = reading.model();
    let it = model.field(field);
    if it.is_closed.binary_search(&id).is_ok() {
        return Some(How::Own);
    }
    // What a derived field reveals depends on where it was made; only its labels know.
    let gives = |other: &CategoryId| model.is_below(*other, id) && (!model.category(*other).is_sensitive() || brings(*other));
    it.reveals.iter().any(gives).then_some(How::Inferred)
}

/// The exposures of data that are of a category or give it away, by their positions.
pub(super) fn exposures_of(reading: &Reading, index: &Index, id: CategoryId) -> impl Iterator<Item = (usize, How)> {
    let all = index.fields(id).iter().flat_map(|field| index.exposures(*field));
    all.filter_map(move |at| {
        let it = &reading.map.exposures[*at];
        Some((*at, how(reading, id, it.item.field, |category| it.sensitive.contains(&category))?))
    })
}

/// What systems hold on the day that is of a category or gives it away.
pub(super) fn states_of(reading: &Reading, index: &Index, id: CategoryId) -> impl Iterator<Item = (StateId, How)> {
    let reach = &reading.map.reach;
    let all = index.fields(id).iter().flat_map(|field| index.states(*field));
    all.filter(|id| reach.state(**id).form != Form::Anonymised).filter_map(move |state| {
        let it = reach.state(*state);
        let labels = reach.label_sets.get(it.labels);
        Some((*state, how(reading, id, it.item.field, |category| labels.contains(&Label::of(category).0))?))
    })
}

/// The articles on data of a category.
fn laws(reading: &Reading, id: CategoryId) -> Vec<&'static str> {
    let it = reading.model().category(id);
    let mut laws = Vec::new();
    laws.extend(it.art9.iter().flat_map(|_| ["gdpr.9.1", "gdpr.9.2"]));
    laws.extend(it.art10.then_some("gdpr.10"));
    laws.extend(it.national_id.then_some("gdpr.87"));
    laws
}

fn lines(reading: &Reading, id: CategoryId) -> Vec<Line> {
    let model = reading.model();
    let it = model.category(id);
    // The one that says so itself: it, or the nearest above it.
    let said_by = |says: fn(&crate::declare::CategoryDecl) -> Option<crate::source::Span>| {
        let mut line = std::iter::successors(Some(id), |id| model.category(*id).parent);
        line.find_map(|by| says(&model.category(by).decl).map(|span| (by, span)))
    };
    let stated = |text: String, by: Option<(CategoryId, crate::source::Span)>| match by {
        Some((by, span)) if by == id => reading.declared(text, span),
        Some((by, span)) => {
            let mut value = reading.computed(text);
            value.origin.reason = Some(format!("{} {}", reading.word("inherited_from"), reading.category(by)));
            value.origin.place = Some(reading.place(span));
            value
        }
        None => reading.computed(text),
    };
    let mut special: Vec<Value> = Vec::new();
    if it.art9.is_some() {
        special.push(stated(reading.word("is_art9"), said_by(|decl| decl.art9.as_ref().map(|word| word.span))));
    }
    if it.art10 {
        special.push(stated(reading.word("is_art10"), said_by(|decl| decl.art10.as_ref().map(|it| it.span))));
    }
    if it.national_id {
        special.push(stated(reading.word("is_national_id"), said_by(|decl| decl.national_id.as_ref().map(|it| it.span))));
    }
    let mut lines = vec![reading.line("what_makes_it_special", special, reading.not_applicable(reading.word("not_special")))];
    let mut add = |label: &str, values: Vec<Value>| {
        if !values.is_empty() {
            lines.push(Line { label: reading.word(label), values });
        }
    };
    if !it.personal {
        add("about_people", vec![stated(reading.word("no"), said_by(|decl| decl.personal.as_ref().map(|it| it.span)))]);
    }
    let level = std::iter::successors(Some(id), |id| model.category(*id).parent).find_map(|by| model.category(by).decl.level.as_ref());
    let handling =
        level.map(|level| stated(reading.choice("handling", &level.value), said_by(|decl| decl.level.as_ref().map(|it| it.span))));
    add("handling_class", handling.into_iter().collect());
    let word = |word: &Word| reading.declared(word.value.as_str(), word.span);
    add("dpv_term", it.decl.dpv.iter().map(word).collect());
    lines
}

fn field_in(reading: &Reading, id: CategoryId, field: FieldId, which: &[CategoryId]) -> FieldIn {
    let model = reading.model();
    let it = model.field(field);
    let within = |all: &[CategoryId]| all.iter().copied().filter(|other| model.is_below(*other, id)).collect::<BTreeSet<_>>();
    let declared = within(&it.declared_reveals);
    FieldIn {
        link: reading.to_field(field),
        marks: within(which).into_iter().map(|id| reading.mark(id)).collect(),
        computed: !within(&it.reveals).is_subset(&declared),
        why: it.decl.as_ref().and_then(|decl| decl.why.as_ref()).filter(|_| !declared.is_empty()).map(|why| reading.phrase(why)),
        declared: !declared.is_empty(),
        place: reading.place(it.span),
    }
}

/// Data that are of a category, and data that give it away.
#[derive(Default)]
struct Both {
    own: Gathered,
    inferred: Gathered,
    /// The first exposure of it.
    first: Option<usize>,
}

impl Both {
    fn part(&mut self, how: How) -> &mut Gathered {
        match how {
            How::Own => &mut self.own,
            How::Inferred => &mut self.inferred,
        }
    }
}

fn recipients(reading: &Reading, index: &Index, ways: &Inferred, id: CategoryId) -> Shown<Holder> {
    let mut all: BTreeMap<NodeId, Both> = BTreeMap::new();
    for (at, how) in exposures_of(reading, index, id) {
        let exposure = &reading.map.exposures[at];
        let both = all.entry(reading.model().flow(exposure.flow).to).or_default();
        let labels: Vec<Label> = exposure.sensitive.iter().map(|id| Label::of(*id)).collect();
        both.part(how).add(exposure.item, exposure.form, &labels);
        both.first.get_or_insert(at);
    }
    let mut all: Vec<(NodeId, Both)> = all.into_iter().collect();
    all.sort_by_key(|(to, both)| (both.inferred.is_empty(), *to));
    Shown::first(all, ROWS, |(to, both)| {
        let way = ways.way(reading, id, to).filter(|_| !both.inferred.is_empty());
        let way = way.or(both.first.map(|at| reading.walks[at].as_slice()));
        Holder {
            link: reading.to_node(to),
            own: both.own.shown(reading),
            inferred: both.inferred.shown(reading),
            path: way.map(|hops| path(reading, hops)),
        }
    })
}

fn systems(reading: &Reading, index: &Index, id: CategoryId) -> Shown<Holder> {
    let mut all: BTreeMap<NodeId, Both> = BTreeMap::new();
    for (state, how) in states_of(reading, index, id) {
        let state = reading.map.reach.state(state);
        all.entry(state.node).or_default().part(how).add_state(reading.map, state, state.form);
    }
    Shown::first(all, ROWS, |(system, both)| Holder {
        link: reading.to_node(system),
        own: both.own.shown(reading),
        inferred: both.inferred.shown(reading),
        path: None,
    })
}

fn activities(reading: &Reading, index: &Index, id: CategoryId) -> Shown<Processor> {
    let mut all: BTreeMap<ActivityId, [Vec<FieldId>; 2]> = BTreeMap::new();
    for field in index.fields(id) {
        for activity in index.activities(*field) {
            let brought = &reading.processing[activity.index()].sensitive;
            match how(reading, id, *field, |category| brought.get(&category).is_some_and(|fields| fields.contains(field))) {
                Some(How::Own) => all.entry(*activity).or_default()[0].push(*field),
                Some(How::Inferred) => all.entry(*activity).or_default()[1].push(*field),
                None => {}
            }
        }
    }
    Shown::first(all, ROWS, |(activity, [own, inferred])| {
        let links = |fields: Vec<FieldId>| Shown::first(fields, NAMES, |field| reading.to_field(field));
        Processor {
            link: reading.to_activity(activity),
            basis: reading.basis_of(activity),
            own: links(own),
            inferred: links(inferred),
            conditions: conditions(reading, id, activity),
        }
    })
}

/// What an activity states for processing a category of Art. 9 or 10.
fn conditions(reading: &Reading, id: CategoryId, activity: ActivityId) -> Vec<Value> {
    let model = reading.model();
    let decl = &model.activity(activity).decl;
    let (mut special, mut offences) = (Vec::new(), false);
    for category in reading.processing[activity.index()].sensitive.keys().filter(|other| model.is_below(**other, id)) {
        special.extend(model.category(*category).art9.is_some().then_some(*category));
        offences |= model.category(*category).art10;
    }
    let mut values = if special.is_empty() { Vec::new() } else { conditions_of(reading, decl, &special, Some(id)) };
    if offences {
        let law = decl.offences.as_ref().and_then(|it| it.law.as_ref());
        values.push(law.map_or_else(|| reading.missing("offences.law"), |law| reading.declared(law.value.as_str(), law.span)));
    }
    values
}
