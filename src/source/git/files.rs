//! The files of a tree: folders, symbolic links and other repositories in it, as a disk would show them.

use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use super::objects::{Kind, Objects};
use crate::source::ProblemKind;
use crate::source::walk::{CIRCLE, DEPTH, FILE, MISSING, OUTSIDE, Refused, Store, too_large};

/// Symbolic links on the way to one file, at most.
const LINKS: usize = 40;
/// Bytes in one folder's list, at most: a million names or so.
const FOLDER: u64 = 64 << 20;
/// Folders that are walked, at most: links can lead to the same one by very many ways.
const FOLDERS: usize = 100_000;

/// What a name in a folder stands for, by the id of its object.
#[derive(Clone, Debug)]
enum Entry {
    Folder(String),
    File(String),
    Link(String),
    /// A submodule: a commit of another repository.
    Submodule,
}

type Folder = Rc<Vec<(Vec<u8>, Entry)>>;

/// The folders on the way to a place, from the root: their names, links followed, and their ids.
type Way = Vec<(Vec<u8>, String)>;

/// What is at the end of a path, and the folders it lies in; a folder is the last of them itself.
struct Found {
    entry: Entry,
    way: Way,
}

/// The files below one tree.
pub struct Files<'a> {
    objects: &'a mut Objects,
    root: String,
    folders: HashMap<String, Folder>,
    walked: usize,
}

fn unreadable(why: impl Into<String>) -> Refused {
    (ProblemKind::Unreadable, why.into())
}

impl<'a> Files<'a> {
    pub fn new(objects: &'a mut Objects, root: String) -> Files<'a> {
        Files { objects, root, folders: HashMap::new(), walked: 0 }
    }

    /// The tree of a folder, if there is one.
    pub fn folder(&mut self, path: &str) -> anyhow::Result<Option<String>> {
        let found = self.find(self.start(), path.as_bytes());
        Ok(found.ok().and_then(|it| if let Entry::Folder(id) = it.entry { Some(id) } else { None }))
    }

    /// Whether a name leads to a file.
    pub fn holds(&mut self, name: &str) -> bool {
        self.find(self.start(), name.as_bytes()).is_ok_and(|it| matches!(it.entry, Entry::File(_)))
    }

    fn start(&self) -> Way {
        vec![(Vec::new(), self.root.clone())]
    }

    fn list(&mut self, id: &str) -> Result<Folder, Refused> {
        if let Some(known) = self.folders.get(id) {
            return Ok(Rc::clone(known));
        }
        let object = self.objects.get(id, FOLDER).map_err(|error| unreadable(format!("{error:#}")))?;
        let bytes = object.filter(|it| it.kind == Kind::Tree).and_then(|it| it.bytes);
        let bytes = bytes.ok_or_else(|| unreadable("the repository does not hold this folder"))?;
        let folder = Rc::new(entries(&bytes, id.len() / 2));
        self.folders.insert(id.to_owned(), Rc::clone(&folder));
        Ok(folder)
    }

    /// Follows a path from the last of some folders, and every symbolic link on it.
    fn find(&mut self, mut way: Way, path: &[u8]) -> Result<Found, Refused> {
        let mut rest: VecDeque<Vec<u8>> = path.split(|byte| *byte == b'/').map(<[u8]>::to_vec).collect();
        let mut links = 0;
        while let Some(part) = rest.pop_front() {
            let Some((_, here)) = way.last().cloned() else { return Err(unreadable(OUTSIDE)) };
            match part.as_slice() {
                b"" | b"." => continue,
                b".." => {
                    way.pop();
                    continue;
                }
                _ => {}
            }
            let list = self.list(&here)?;
            let entry = list.iter().find(|(name, _)| *name == part).map(|(_, entry)| entry.clone());
            match entry.ok_or_else(|| unreadable(MISSING))? {
                Entry::Folder(id) => way.push((part, id)),
                Entry::Link(id) => {
                    links += 1;
                    if links > LINKS {
                        return Err(unreadable("symbolic links that lead to each other"));
                    }
                    for part in self.target(&id)?.split(|byte| *byte == b'/').rev() {
                        rest.push_front(part.to_vec());
                    }
                }
                Entry::Submodule => return Ok(Found { entry: Entry::Submodule, way }),
                entry if rest.is_empty() => return Ok(Found { entry, way }),
                Entry::File(_) => return Err(unreadable(MISSING)),
            }
        }
        let (_, id) = way.last().cloned().ok_or_else(|| unreadable(OUTSIDE))?;
        Ok(Found { entry: Entry::Folder(id), way })
    }

    /// Where a symbolic link leads, from the folder it lies in.
    fn target(&mut self, id: &str) -> Result<Vec<u8>, Refused> {
        let target = self.blob(id)?;
        if target.starts_with(b"/") { Err(unreadable(OUTSIDE)) } else { Ok(target) }
    }

    fn blob(&mut self, id: &str) -> Result<Vec<u8>, Refused> {
        let object = self.objects.get(id, FILE).map_err(|error| unreadable(format!("{error:#}")))?;
        let object = object.filter(|it| it.kind == Kind::Blob).ok_or_else(|| unreadable("the repository does not hold this file"))?;
        object.bytes.ok_or_else(too_large)
    }

    /// Lists what lies below the last of some folders; `above` are the folders that are being walked.
    fn walk(&mut self, way: &Way, above: &mut Vec<Vec<Vec<u8>>>, shown: &str, endings: &[&str], out: &mut Walked) {
        self.walked += 1;
        if self.walked > FOLDERS {
            return out.push((shown.to_owned(), Err((ProblemKind::TooLarge, format!("more than {FOLDERS} folders, links followed")))));
        }
        let list = match self.list(way.last().map_or("", |(_, id)| id)) {
            Ok(list) => list,
            Err(why) => return out.push((shown.to_owned(), Err(why))),
        };
        above.push(names(way));
        let deep = above.len() > DEPTH;
        for (raw, entry) in list.iter().filter(|(name, _)| !deep && !name.starts_with(b".")) {
            let name = String::from_utf8_lossy(raw);
            let path = format!("{shown}/{name}");
            let ending = name.rsplit_once('.').map(|(_, ending)| ending);
            let wanted = ending.is_some_and(|it| endings.contains(&it));
            let found = match entry {
                Entry::Link(id) => self.target(id).and_then(|target| self.find(way.clone(), &target)),
                Entry::Folder(id) => {
                    let way = way.iter().cloned().chain([(raw.clone(), id.clone())]).collect();
                    Ok(Found { entry: entry.clone(), way })
                }
                Entry::File(_) | Entry::Submodule => Ok(Found { entry: entry.clone(), way: way.clone() }),
            };
            match found {
                Ok(Found { entry: Entry::File(id), .. }) if wanted => out.push((path, Ok(id))),
                Ok(Found { entry: Entry::File(_) | Entry::Link(_), .. }) => {}
                Ok(Found { entry: Entry::Folder(_), way }) => {
                    if matches!(entry, Entry::Link(_)) && above.contains(&names(&way)) {
                        out.push((path, Err(unreadable(CIRCLE))));
                    } else {
                        self.walk(&way, above, &path, endings, out);
                    }
                }
                Ok(Found { entry: Entry::Submodule, .. }) => out.push((path, Err(unreadable(SUBMODULE)))),
                // Outside the project is not looked; a file of another kind would not have been read.
                Err((_, why)) if why == OUTSIDE && ending.is_some() && !wanted => {}
                Err(why) => out.push((path, Err(why))),
            }
        }
        above.pop();
    }
}

/// Files with their paths, or why they are not read.
type Walked = Vec<(String, Result<String, Refused>)>;

fn names(way: &Way) -> Vec<Vec<u8>> {
    way.iter().map(|(name, _)| name.clone()).collect()
}

/// Why a submodule is not read.
const SUBMODULE: &str = "a submodule: its files are in another repository, and a revision of this one does not hold them; compare folders in which it is checked out";

impl Store for Files<'_> {
    type At = String;

    fn named(&mut self, name: &str) -> Option<String> {
        match self.find(self.start(), name.as_bytes()) {
            Ok(Found { entry: Entry::File(id), .. }) => Some(id),
            _ => None,
        }
    }

    fn below(&mut self, folder: &str, endings: &[&str]) -> Walked {
        let mut out = Vec::new();
        let root = self.root.clone();
        let is_there = self.list(&root).is_ok_and(|list| list.iter().any(|(name, _)| name == folder.as_bytes()));
        if !is_there {
            return out;
        }
        match self.find(self.start(), folder.as_bytes()) {
            Ok(Found { entry: Entry::Folder(_), way }) => self.walk(&way, &mut Vec::new(), folder, endings, &mut out),
            Ok(Found { entry: Entry::Submodule, .. }) => out.push((folder.to_owned(), Err(unreadable(SUBMODULE)))),
            Ok(_) => {}
            Err(why) => out.push((folder.to_owned(), Err(why))),
        }
        out
    }

    fn bytes(&mut self, at: &String) -> Result<Vec<u8>, Refused> {
        self.blob(at)
    }
}

/// The names in a folder: `mode name\0` and the bytes of an id, one behind the other.
fn entries(mut bytes: &[u8], id_length: usize) -> Vec<(Vec<u8>, Entry)> {
    let mut out = Vec::new();
    while let Some((blank, end)) = bytes.iter().position(|it| *it == b' ').zip(bytes.iter().position(|it| *it == 0)) {
        let Some(id) = bytes.get(end + 1..end + 1 + id_length).filter(|_| blank < end) else { break };
        let id: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
        let entry = match &bytes[..blank] {
            b"40000" | b"040000" => Entry::Folder(id),
            b"120000" => Entry::Link(id),
            b"160000" => Entry::Submodule,
            _ => Entry::File(id),
        };
        out.push((bytes[blank + 1..end].to_vec(), entry));
        bytes = &bytes[end + 1 + id_length..];
    }
    out
}
