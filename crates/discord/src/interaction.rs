//! One interaction, from asking to answer.

use twilight_model::application::interaction::{
    Interaction, InteractionData, InteractionType, modal::ModalInteractionComponent,
};

use crate::{
    answer::{Audience, Line},
    commands::{self, Verb},
    context::Context,
    invocation::Invocation,
    replies,
};

pub(crate) async fn handle(ctx: &Context, mut interaction: Interaction) {
    match (interaction.kind, interaction.data.take()) {
        (InteractionType::ApplicationCommand, Some(InteractionData::ApplicationCommand(data))) => {
            let name = data.name.clone();
            if let Some(asked) = Invocation::new(&interaction, Some(*data)) {
                command(ctx, &Line::of(&interaction, false), &name, &asked).await;
            }
        }
        (
            InteractionType::ApplicationCommandAutocomplete,
            Some(InteractionData::ApplicationCommand(data)),
        ) => {
            let name = data.name.clone();
            if let Some(asked) = Invocation::new(&interaction, Some(*data)) {
                autocomplete(ctx, &Line::of(&interaction, false), &name, &asked).await;
            }
        }
        (InteractionType::MessageComponent, Some(InteractionData::MessageComponent(data))) => {
            if let Some(asked) = Invocation::new(&interaction, None) {
                pressed(ctx, &Line::of(&interaction, true), &data.custom_id, &asked).await;
            }
        }
        (InteractionType::ModalSubmit, Some(InteractionData::ModalSubmit(data))) => {
            if let Some(asked) = Invocation::new(&interaction, None) {
                let asked = asked.with_fields(fields(&data.components));
                submitted(ctx, &Line::of(&interaction, false), &data.custom_id, &asked).await;
            }
        }
        (kind, _) => tracing::debug!(?kind, "an interaction that nothing of ours can have made"),
    }
}

async fn command(ctx: &Context, line: &Line, name: &str, asked: &Invocation) {
    let Some(verb) = Verb::named(name) else {
        line.answer(ctx, ctx.config.thinking_after, Audience::Asker, async {
            replies::unknown_command()
        })
        .await;
        return;
    };
    let patience = verb.patience().unwrap_or(ctx.config.thinking_after);
    let work = async {
        verb.run(ctx, asked)
            .await
            .unwrap_or_else(std::convert::identity)
    };
    line.answer(ctx, patience, verb.audience(), work).await;
}

async fn pressed(ctx: &Context, line: &Line, id: &str, asked: &Invocation) {
    let work = async {
        commands::press(ctx, id, asked)
            .await
            .unwrap_or_else(std::convert::identity)
    };
    line.answer(ctx, ctx.config.thinking_after, Audience::Everyone, work)
        .await;
}

async fn submitted(ctx: &Context, line: &Line, id: &str, asked: &Invocation) {
    let work = async {
        commands::submit(ctx, id, asked)
            .await
            .unwrap_or_else(std::convert::identity)
    };
    line.answer(ctx, ctx.config.thinking_after, Audience::Everyone, work)
        .await;
}

async fn autocomplete(ctx: &Context, line: &Line, name: &str, asked: &Invocation) {
    let choices = match Verb::named(name) {
        Some(verb) => verb.offered(ctx, asked).await,
        None => Vec::new(),
    };
    line.offer(ctx, choices).await;
}

/// What stands in a form's fields, by their ids.
fn fields(components: &[ModalInteractionComponent]) -> Vec<(String, String)> {
    use ModalInteractionComponent::{ActionRow, Label, TextInput};
    let mut found = Vec::new();
    for component in components {
        match component {
            TextInput(input) => found.push((input.custom_id.clone(), input.value.clone())),
            Label(label) => found.extend(fields(std::slice::from_ref(&label.component))),
            ActionRow(row) => found.extend(fields(&row.components)),
            _ => {}
        }
    }
    found
}
