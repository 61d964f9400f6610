pub static SITES: &[app::origin::FileSites] = &[
    app::origin::FileSites { file: "crates/store-till/src/lib.rs", spans: &[
        app::origin::SiteSpan { start: (7, 1), end: (10, 2), class: "store_till", function: "here" },
        app::origin::SiteSpan { start: (12, 1), end: (15, 2), class: "store_till", function: "here_soon" },
        app::origin::SiteSpan { start: (26, 1), end: (28, 2), class: "store_till", function: "plain" },
        app::origin::SiteSpan { start: (33, 5), end: (33, 47), class: "store_till::narrow", function: "first" },
        app::origin::SiteSpan { start: (33, 48), end: (33, 83), class: "store_till::narrow", function: "second" },
        app::origin::SiteSpan { start: (36, 1), end: (38, 2), class: "store_till", function: "by_macro" },
        app::origin::SiteSpan { start: (40, 1), end: (46, 2), class: "store_till", function: "by_closure" },
        app::origin::SiteSpan { start: (48, 1), end: (53, 2), class: "store_till", function: "by_nested" },
        app::origin::SiteSpan { start: (49, 5), end: (51, 6), class: "store_till::by_nested", function: "inner" },
        app::origin::SiteSpan { start: (55, 1), end: (55, 49), class: "store_till", function: "BY_STATIC" },
        app::origin::SiteSpan { start: (60, 5), end: (62, 6), class: "store_till::Till", function: "by_async" },
        app::origin::SiteSpan { start: (66, 5), end: (68, 6), class: "store_till::Pay", function: "by_default" },
        app::origin::SiteSpan { start: (74, 5), end: (76, 6), class: "store_till::Till", function: "by_impl" },
    ] },
];
