//! The `ropa` program.

fn main() {
    let root = std::env::args().nth(1).unwrap();
    let a = ropa::answer(&ropa::source::find_root(std::path::Path::new(&root)).unwrap(), "2020-09-01".to_owned().try_into().unwrap());
    for f in a.findings.sorted() {
        let p = a.sources.place(f.labels[0].span);
        println!("{}:{}:{} {} {} [{}] {:?}", p.file, p.line, p.column, f.level, f.message, f.key, f.help);
    }
    println!("{} exposures, {} states {} transitions", a.map.exposures.len(), a.map.reach.states.len(), a.map.reach.transitions.len());
    let walks = a.map.walks();
    for e in a.map.exposures.iter().take(400) {
        let w: Vec<_> = walks.hops(&walks.witness(e)).iter().map(|h| h.node.clone()).collect();
        println!("{} {} {} {:?} {:?} {:?}", a.map.model.flow(e.flow).id, a.map.model.item_id(e.item), e.form.word(), a.map.model.shown_gates(&e.gates), e.labels, w);
    }
}
