//! Which code made a change: entry, application and site. Nothing moves anonymously.
//!
//! A front gets a [`Gate`] of its own kind when the program is wired together; only a gate makes an [`Entry`], and only with its own
//! prefix, so no adapter can forge another's. The site is found from the call itself by `#[track_caller]`.

use std::{
    collections::HashMap,
    fmt,
    marker::PhantomData,
    panic::Location,
    sync::{
        Arc, OnceLock, RwLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use ledger::{Chain, CodeSiteId, SiteName, code_site_id};

pub use crate::site_table::{FileSites, SiteSpan, lookup};

static TABLE: OnceLock<&'static [FileSites]> = OnceLock::new();
static CAPTURE_OFF: AtomicBool = AtomicBool::new(false);
static UNKNOWN_SITES: AtomicU64 = AtomicU64::new(0);

/// Gives the table that the build made, sorted by file. Without one, sites are named by file and line.
pub fn install_sites(table: &'static [FileSites]) {
    let _ = TABLE.set(table);
}

/// Turns the capture of sites off or on: off, every site has the id 0.
pub fn set_capture(on: bool) {
    CAPTURE_OFF.store(!on, Ordering::Relaxed);
}

/// How many sites were asked for that the build's table does not know.
pub fn unknown_sites() -> u64 {
    UNKNOWN_SITES.load(Ordering::Relaxed)
}

mod sealed {
    pub trait Kind {
        const PREFIX: &'static str;
    }
}

macro_rules! gates {
    ($($(#[$doc:meta])* $kind:ident $field:ident $prefix:literal)*) => {
        $($(#[$doc])* #[derive(Debug, Clone, Copy)] pub enum $kind {}
        impl sealed::Kind for $kind { const PREFIX: &'static str = $prefix; })*

        /// One gate for each front, handed out once with the [`crate::App`].
        #[derive(Debug, Clone)]
        pub struct Gates { $(pub $field: Gate<$kind>,)* }

        impl Gates {
            pub(crate) fn new() -> Self {
                Self { $($field: Gate::new(),)* }
            }
        }
    };
}

gates! {
    /// Entries `discord:…`.
    Discord discord "discord"
    /// Entries `telegram:…`.
    Telegram telegram "telegram"
    /// Entries `http:…`.
    Http http "http"
    /// Entries `cli:…`.
    Cli cli "cli"
    /// Entries `job:…`.
    Job job "job"
}

/// The right to say where a change came in, for one kind of front.
pub struct Gate<K> {
    entries: Arc<RwLock<HashMap<(String, String), Entry>>>,
    kind: PhantomData<fn() -> K>,
}

impl<K> Clone for Gate<K> {
    fn clone(&self) -> Self {
        Self {
            entries: Arc::clone(&self.entries),
            kind: PhantomData,
        }
    }
}

impl<K: sealed::Kind> fmt::Debug for Gate<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gate({})", K::PREFIX)
    }
}

impl<K: sealed::Kind> Gate<K> {
    fn new() -> Self {
        Self {
            entries: Arc::default(),
            kind: PhantomData,
        }
    }

    /// The entry `prefix:name` of an application. `name` is one of the front's own commands or routes, never what an outsider sent.
    pub fn entry(&self, name: &str, application: &str) -> Entry {
        let key = (name.to_owned(), application.to_owned());
        if let Some(entry) = self
            .entries
            .read()
            .ok()
            .and_then(|known| known.get(&key).cloned())
        {
            return entry;
        }
        let entry = Entry::new(format!("{}:{name}", K::PREFIX), application.to_owned());
        self.entries.write().map_or_else(
            |_| entry.clone(),
            |mut known| known.entry(key).or_insert_with(|| entry.clone()).clone(),
        )
    }
}

/// Where a change came in, and for which application.
#[derive(Clone)]
pub struct Entry(Arc<EntryParts>);

struct EntryParts {
    entry: String,
    application: String,
    /// The sites that this entry met, by source position.
    seen: RwLock<HashMap<Position, Origin>>,
    claimed: RwLock<HashMap<ClaimedSite, Origin>>,
}

type Position = (usize, u32, u32);

impl Entry {
    fn new(entry: String, application: String) -> Self {
        Self(Arc::new(EntryParts {
            entry,
            application,
            seen: RwLock::default(),
            claimed: RwLock::default(),
        }))
    }

    pub fn as_str(&self) -> &str {
        &self.0.entry
    }

    pub fn application(&self) -> &str {
        &self.0.application
    }

    pub(crate) fn at(&self, location: &'static Location<'static>) -> Origin {
        if CAPTURE_OFF.load(Ordering::Relaxed) {
            return self.nowhere();
        }
        let position = (
            location.file().as_ptr().addr(),
            location.line(),
            location.column(),
        );
        if let Some(origin) = self
            .0
            .seen
            .read()
            .ok()
            .and_then(|seen| seen.get(&position).cloned())
        {
            return origin;
        }
        let origin = Origin::new(
            self,
            name_of(location),
            Sight {
                claimed: false,
                file: location.file().to_owned(),
                line: location.line(),
            },
        );
        if let Ok(mut seen) = self.0.seen.write() {
            seen.insert(position, origin.clone());
        }
        origin
    }

    pub(crate) fn claimed(&self, site: &ClaimedSite) -> Origin {
        if CAPTURE_OFF.load(Ordering::Relaxed) {
            return self.nowhere();
        }
        if let Some(origin) = self
            .0
            .claimed
            .read()
            .ok()
            .and_then(|seen| seen.get(site).cloned())
        {
            return origin;
        }
        let origin = Origin::new(
            self,
            (site.class.clone(), site.function.clone()),
            Sight {
                claimed: true,
                file: site.file.clone(),
                line: site.line,
            },
        );
        if let Ok(mut seen) = self.0.claimed.write() {
            // What outsiders state is bounded: the quota of new sites is checked before; this only keeps the cache small.
            if seen.len() > 4_096 {
                seen.clear();
            }
            seen.insert(site.clone(), origin.clone());
        }
        origin
    }

    fn nowhere(&self) -> Origin {
        let position = (0, 0, 0);
        if let Some(origin) = self
            .0
            .seen
            .read()
            .ok()
            .and_then(|seen| seen.get(&position).cloned())
        {
            return origin;
        }
        let origin = Origin::without_site(self);
        if let Ok(mut seen) = self.0.seen.write() {
            seen.insert(position, origin.clone());
        }
        origin
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entry({} by {})", self.0.entry, self.0.application)
    }
}

/// A code site as a remote caller states it, named as OpenTelemetry names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClaimedSite {
    class: String,
    function: String,
    file: String,
    line: u32,
}

/// Why a stated site is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    #[error("`code.function.name` is empty")]
    Empty,
    #[error("`{field}` has at most 200 characters")]
    TooLong { field: &'static str },
    #[error("`{field}` has control characters")]
    Control { field: &'static str },
}

impl ClaimedSite {
    /// From `code.function.name` (the part before the last `.`, `::`, `#` or `\` is the class), `code.file.path` and `code.line.number`.
    ///
    /// # Errors
    /// When a text is empty, too long or has control characters.
    pub fn new(function_name: &str, file: &str, line: u32) -> Result<Self, ClaimError> {
        for (field, text) in [
            ("code.function.name", function_name),
            ("code.file.path", file),
        ] {
            if text.chars().count() > 200 {
                return Err(ClaimError::TooLong { field });
            }
            if text.chars().any(char::is_control) {
                return Err(ClaimError::Control { field });
            }
        }
        if function_name.trim().is_empty() {
            return Err(ClaimError::Empty);
        }
        let cut = ["::", ".", "#", "\\"]
            .iter()
            .filter_map(|mark| function_name.rfind(mark).map(|at| (at, mark.len())))
            .max();
        let (class, function) = cut.map_or((file, function_name), |(at, width)| {
            (&function_name[..at], &function_name[at + width..])
        });
        Ok(Self {
            class: class.to_owned(),
            function: function.to_owned(),
            file: file.to_owned(),
            line,
        })
    }
}

/// Which code made a change. No write is made without one, and only a verb of [`crate::App`] makes it.
#[derive(Clone)]
pub struct Origin(Arc<OriginParts>);

struct OriginParts {
    entry: String,
    application: String,
    digest: u64,
    name: SiteName<'static>,
    json: String,
    id: CodeSiteId,
    sight: Sight,
}

#[derive(Debug)]
struct Sight {
    claimed: bool,
    file: String,
    line: u32,
}

impl Origin {
    fn new(entry: &Entry, (class, function): (String, String), sight: Sight) -> Self {
        let name = SiteName {
            entry: entry.0.entry.clone().into(),
            class: class.into(),
            function: function.into(),
        };
        let json = name.json();
        let id = code_site_id(&json, 0);
        Self::from_parts(entry, name, json, id, sight)
    }

    fn without_site(entry: &Entry) -> Self {
        let name = SiteName {
            entry: "".into(),
            class: "".into(),
            function: "".into(),
        };
        Self::from_parts(
            entry,
            name,
            String::new(),
            CodeSiteId::UNKNOWN,
            Sight {
                claimed: false,
                file: String::new(),
                line: 0,
            },
        )
    }

    fn from_parts(
        entry: &Entry,
        name: SiteName<'static>,
        json: String,
        id: CodeSiteId,
        sight: Sight,
    ) -> Self {
        let application = entry.0.application.clone();
        let digest = Chain::origin_digest(&entry.0.entry, &application, sight.claimed);
        Self(Arc::new(OriginParts {
            entry: entry.0.entry.clone(),
            application,
            digest,
            name,
            json,
            id,
            sight,
        }))
    }

    pub fn entry(&self) -> &str {
        &self.0.entry
    }

    pub fn application(&self) -> &str {
        &self.0.application
    }

    /// [`Chain::origin_digest`].
    pub fn digest(&self) -> u64 {
        self.0.digest
    }

    pub fn site(&self) -> CodeSiteId {
        self.0.id
    }

    pub fn name(&self) -> &SiteName<'static> {
        &self.0.name
    }

    /// `[entry, class, function]` as PHP writes JSON: the text whose MD5 the site's id comes from. Empty when capture is off.
    pub fn site_json(&self) -> &str {
        &self.0.json
    }

    pub fn is_claimed(&self) -> bool {
        self.0.sight.claimed
    }

    /// File and line, which are not part of the id.
    pub fn position(&self) -> (&str, u32) {
        (&self.0.sight.file, self.0.sight.line)
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Origin({} {}::{})",
            self.0.entry, self.0.name.class, self.0.name.function
        )
    }
}

fn name_of(location: &Location<'_>) -> (String, String) {
    let known = TABLE
        .get()
        .and_then(|table| lookup(table, location.file(), location.line(), location.column()));
    let known = known.map(|site| (site.class.to_owned(), site.function.to_owned()));
    known.unwrap_or_else(|| {
        UNKNOWN_SITES.fetch_add(1, Ordering::Relaxed);
        (
            location.file().to_owned(),
            format!("line {}", location.line()),
        )
    })
}
