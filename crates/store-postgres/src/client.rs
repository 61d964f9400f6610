//! What a connection and a transaction on one have in common, so that a function can run on either. (The trait of the same name in
//! `deadpool-postgres` is only there for that crate's own pool, whose connector knows one host at a time and no deadline.)

use std::future::Future;

use deadpool_postgres::{ClientWrapper, Transaction};
use tokio_postgres::{Error, Row, Statement, ToStatement, types::ToSql};

type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

pub(crate) trait GenericClient: Sync {
    /// A statement that this connection keeps prepared.
    fn prepare_cached(&self, sql: &str) -> impl Future<Output = Result<Statement, Error>> + Send;
    fn query<T: ?Sized + ToStatement + Sync + Send>(
        &self,
        statement: &T,
        parameters: Parameters<'_>,
    ) -> impl Future<Output = Result<Vec<Row>, Error>> + Send;
    fn query_one<T: ?Sized + ToStatement + Sync + Send>(
        &self,
        statement: &T,
        parameters: Parameters<'_>,
    ) -> impl Future<Output = Result<Row, Error>> + Send;
    fn query_opt<T: ?Sized + ToStatement + Sync + Send>(
        &self,
        statement: &T,
        parameters: Parameters<'_>,
    ) -> impl Future<Output = Result<Option<Row>, Error>> + Send;
    fn execute<T: ?Sized + ToStatement + Sync + Send>(
        &self,
        statement: &T,
        parameters: Parameters<'_>,
    ) -> impl Future<Output = Result<u64, Error>> + Send;
    fn batch_execute(&self, sql: &str) -> impl Future<Output = Result<(), Error>> + Send;
}

macro_rules! generic_client {
    ($($client:ty)*) => {$(
        impl GenericClient for $client {
            fn prepare_cached(&self, sql: &str) -> impl Future<Output = Result<Statement, Error>> + Send {
                <$client>::prepare_cached(self, sql)
            }

            fn query<T: ?Sized + ToStatement + Sync + Send>(
                &self,
                statement: &T,
                parameters: Parameters<'_>,
            ) -> impl Future<Output = Result<Vec<Row>, Error>> + Send {
                (**self).query(statement, parameters)
            }

            fn query_one<T: ?Sized + ToStatement + Sync + Send>(
                &self,
                statement: &T,
                parameters: Parameters<'_>,
            ) -> impl Future<Output = Result<Row, Error>> + Send {
                (**self).query_one(statement, parameters)
            }

            fn query_opt<T: ?Sized + ToStatement + Sync + Send>(
                &self,
                statement: &T,
                parameters: Parameters<'_>,
            ) -> impl Future<Output = Result<Option<Row>, Error>> + Send {
                (**self).query_opt(statement, parameters)
            }

            fn execute<T: ?Sized + ToStatement + Sync + Send>(
                &self,
                statement: &T,
                parameters: Parameters<'_>,
            ) -> impl Future<Output = Result<u64, Error>> + Send {
                (**self).execute(statement, parameters)
            }

            fn batch_execute(&self, sql: &str) -> impl Future<Output = Result<(), Error>> + Send {
                (**self).batch_execute(sql)
            }
        }
    )*};
}

generic_client! { ClientWrapper Transaction<'_> }
