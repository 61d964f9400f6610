use proc_macro2::LineColumn;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

/// One named function of a file, as [`crate::SiteSpan`] but owned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Site {
    pub(crate) start: (usize, usize),
    pub(crate) end: (usize, usize),
    pub(crate) class: String,
    pub(crate) function: String,
}

/// What one file says.
#[derive(Debug, Default)]
pub(crate) struct FileNames {
    /// In the order of `start`, outer before inner.
    pub(crate) sites: Vec<Site>,
    /// Modules declared here that only tests compile. What they hold may stand in other files.
    pub(crate) test_modules: Vec<Vec<String>>,
}

/// Finds the named functions of a parsed file that holds `module`.
pub(crate) fn names_in(file: &syn::File, module: Vec<String>) -> FileNames {
    let mut finder = Finder {
        path: module,
        functions_around: 0,
        found: FileNames::default(),
    };
    finder.visit_file(file);
    finder
        .found
        .sites
        .sort_by_key(|site| (site.start, std::cmp::Reverse(site.end)));
    finder.found
}

struct Finder {
    /// Crate, modules, type and outer functions of the place that is being visited.
    path: Vec<String>,
    functions_around: usize,
    found: FileNames,
}

impl Finder {
    /// Notes a place under its own name and walks its inside as a part of it.
    fn function(&mut self, name: String, place: &impl Spanned, walk: impl FnOnce(&mut Self)) {
        let span = place.span();
        self.found.sites.push(Site {
            start: position(span.start()),
            end: position(span.end()),
            class: self.path.join("::"),
            function: name.clone(),
        });
        self.functions_around += 1;
        self.within(name, walk);
        self.functions_around -= 1;
    }

    /// As [`Self::function`], for what inside a function belongs to that function.
    fn value(&mut self, name: String, place: &impl Spanned, walk: impl FnOnce(&mut Self)) {
        if self.functions_around == 0 {
            self.function(name, place, walk);
        } else {
            walk(self);
        }
    }

    fn within(&mut self, name: String, walk: impl FnOnce(&mut Self)) {
        self.path.push(name);
        walk(self);
        self.path.pop();
    }
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_file(&mut self, node: &'ast syn::File) {
        if !only_for_tests(&node.attrs) {
            visit::visit_file(self, node);
        }
    }

    fn visit_item_mod(&mut self, node: &'ast syn::ItemMod) {
        let for_tests = only_for_tests(&node.attrs);
        self.within(plain(&node.ident), |finder| {
            if for_tests {
                finder.found.test_modules.push(finder.path.clone());
            } else {
                visit::visit_item_mod(finder, node);
            }
        });
    }

    fn visit_item_impl(&mut self, node: &'ast syn::ItemImpl) {
        if !only_for_tests(&node.attrs) {
            self.within(impl_name(node), |finder| {
                visit::visit_item_impl(finder, node)
            });
        }
    }

    fn visit_item_trait(&mut self, node: &'ast syn::ItemTrait) {
        if !only_for_tests(&node.attrs) {
            self.within(plain(&node.ident), |finder| {
                visit::visit_item_trait(finder, node)
            });
        }
    }

    fn visit_item_fn(&mut self, node: &'ast syn::ItemFn) {
        if !only_for_tests(&node.attrs) {
            self.function(plain(&node.sig.ident), node, |finder| {
                visit::visit_item_fn(finder, node)
            });
        }
    }

    fn visit_impl_item_fn(&mut self, node: &'ast syn::ImplItemFn) {
        if !only_for_tests(&node.attrs) {
            self.function(plain(&node.sig.ident), node, |finder| {
                visit::visit_impl_item_fn(finder, node);
            });
        }
    }

    fn visit_trait_item_fn(&mut self, node: &'ast syn::TraitItemFn) {
        if node.default.is_some() && !only_for_tests(&node.attrs) {
            self.function(plain(&node.sig.ident), node, |finder| {
                visit::visit_trait_item_fn(finder, node);
            });
        }
    }

    fn visit_item_static(&mut self, node: &'ast syn::ItemStatic) {
        if !only_for_tests(&node.attrs) {
            self.value(plain(&node.ident), node, |finder| {
                visit::visit_item_static(finder, node)
            });
        }
    }

    fn visit_item_const(&mut self, node: &'ast syn::ItemConst) {
        if !only_for_tests(&node.attrs) {
            self.value(plain(&node.ident), node, |finder| {
                visit::visit_item_const(finder, node)
            });
        }
    }

    fn visit_impl_item_const(&mut self, node: &'ast syn::ImplItemConst) {
        if !only_for_tests(&node.attrs) {
            self.value(plain(&node.ident), node, |finder| {
                visit::visit_impl_item_const(finder, node);
            });
        }
    }

    fn visit_item_macro(&mut self, node: &'ast syn::ItemMacro) {
        let defines_a_macro = node.ident.is_some();
        if !defines_a_macro && !only_for_tests(&node.attrs) {
            self.value(macro_name(&node.mac), node, |_| {});
        }
    }

    fn visit_impl_item_macro(&mut self, node: &'ast syn::ImplItemMacro) {
        if !only_for_tests(&node.attrs) {
            self.value(macro_name(&node.mac), node, |_| {});
        }
    }
}

/// proc-macro2 counts columns from zero, rustc's locations from one.
fn position(at: LineColumn) -> (usize, usize) {
    (at.line, at.column + 1)
}

/// `r#type` is called `type`.
fn plain(ident: &syn::Ident) -> String {
    ident.unraw().to_string()
}

fn macro_name(mac: &syn::Macro) -> String {
    format!("{}!", last_segment(&mac.path))
}

fn last_segment(path: &syn::Path) -> String {
    path.segments
        .last()
        .map_or_else(|| "_".to_owned(), |segment| plain(&segment.ident))
}

/// The type, or for `impl<T> Trait for T` the trait, because `T` says nothing.
fn impl_name(node: &syn::ItemImpl) -> String {
    let name = type_name(&node.self_ty);
    let is_parameter = node
        .generics
        .type_params()
        .any(|param| plain(&param.ident) == name);
    match &node.trait_ {
        Some((of, ..)) if is_parameter => last_segment(of),
        _ => name,
    }
}

/// The name without generics, references or brackets.
fn type_name(ty: &syn::Type) -> String {
    use syn::Type;
    match ty {
        Type::Path(ty) => last_segment(&ty.path),
        Type::Reference(ty) => type_name(&ty.elem),
        Type::Ptr(ty) => type_name(&ty.elem),
        Type::Slice(ty) => type_name(&ty.elem),
        Type::Array(ty) => type_name(&ty.elem),
        Type::Group(ty) => type_name(&ty.elem),
        Type::Paren(ty) => type_name(&ty.elem),
        Type::TraitObject(ty) => bound_name(&ty.bounds),
        Type::Tuple(ty) => {
            let names: Vec<String> = ty.elems.iter().map(type_name).collect();
            format!("({})", names.join(", "))
        }
        Type::FnPtr(_) => "fn".to_owned(),
        Type::Macro(ty) => macro_name(&ty.mac),
        _ => "_".to_owned(),
    }
}

fn bound_name<P>(bounds: &syn::punctuated::Punctuated<syn::TypeParamBound, P>) -> String {
    bounds
        .iter()
        .find_map(|bound| match bound {
            syn::TypeParamBound::Trait(bound) => Some(last_segment(&bound.path)),
            _ => None,
        })
        .unwrap_or_else(|| "_".to_owned())
}

/// Whether the attributes say `#[test]`, `#[tokio::test]`, `#[cfg(test)]` or `#[cfg(all(test, …))]`.
fn only_for_tests(attrs: &[syn::Attribute]) -> bool {
    attrs.iter().any(|attr| {
        let name = last_segment(attr.path());
        name == "test"
            || name == "cfg"
                && attr
                    .parse_args::<syn::Meta>()
                    .is_ok_and(|meta| requires_test(&meta))
    })
}

fn requires_test(meta: &syn::Meta) -> bool {
    use syn::punctuated::Punctuated;
    match meta {
        syn::Meta::Path(path) => path.is_ident("test"),
        syn::Meta::List(list) if list.path.is_ident("all") => list
            .parse_args_with(Punctuated::<syn::Meta, syn::Token![,]>::parse_terminated)
            .is_ok_and(|all| all.iter().any(requires_test)),
        _ => false,
    }
}
